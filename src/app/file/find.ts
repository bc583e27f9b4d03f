/** Finds the one file a request path may mean: inside the root, a regular file, and open. */
import { constants, realpathSync, statSync, type BigIntStats } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { UsageError } from "../../http/errors.ts";

/** A folder to serve and what of it may be served. */
export interface Site {
  /** The folder whose files are served. Must exist. */
  readonly root: string;
  /** The file that answers for a folder, for example `index.html`. @default none: folders are 404 */
  readonly index?: string;
  /** Whether names that begin with a dot are served. @default false */
  readonly dotfiles?: boolean;
  /** Whether symbolic links are followed; `"inside"` only where they end below `root`. @default "inside" */
  readonly symlinks?: "never" | "inside" | "anywhere";
}

/** One file that may be served, open; the handle is the receiver's to close. */
export interface Found {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly etag: string;
}

/** The real path of the root. Throws a `UsageError` when it is no folder. */
export function realRoot(root: string): string {
  const folder = statSync(root, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!folder) throw new UsageError(`file: root must be an existing folder, got ${resolve(root)}`);
  return realpathSync(root);
}

/** The place a request path means below the root, or nothing when it is not allowed to mean any. */
export function filePath(site: Site, path: string): string | undefined {
  if (path === "") return site.root;
  const parts = path.split("/").slice(1);
  const last = parts.pop() ?? "";
  const names = [...parts, ...(last === "" ? [site.index ?? ""] : [last])];
  return names.every((name) => isServable(site, name)) ? join(site.root, ...names) : undefined;
}

/** Refuses empty names, what climbs, drives and alternate streams of Windows, control characters and dotfiles. */
function isServable(site: Site, name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (name === "" || name === "." || name === ".." || /[\\:\x00-\x1f\x7f]/.test(name)) return false;
  return site.dotfiles === true || !name.startsWith(".");
}

/** Opens the file, or says that the place is a folder. Nothing when it is not there or may not be shown. */
export async function findFile(site: Site, path: string): Promise<Found | "folder" | undefined> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined || !isAllowed(site, path, target)) return undefined;
  // Not following a link here: what was just checked is what is opened. Not blocking: a FIFO would wait forever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(target, flags).catch(() => undefined);
  if (handle === undefined) return undefined;
  const stat = await handle.stat({ bigint: true });
  if (stat.isFile()) return { path, handle, ...describe(stat) };
  await handle.close();
  return stat.isDirectory() && site.index !== undefined ? "folder" : undefined;
}

function isAllowed({ root, symlinks = "inside" }: Site, path: string, target: string): boolean {
  if (symlinks === "anywhere") return true;
  const inside = target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
  return inside && (symlinks === "inside" || path === target);
}

function describe(stat: BigIntStats): Pick<Found, "size" | "modified" | "etag"> {
  const etag = `"${stat.size.toString(36)}-${stat.mtimeNs.toString(36)}"`;
  return { size: Number(stat.size), modified: Number(stat.mtimeMs), etag };
}
