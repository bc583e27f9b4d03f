/** Where an app is mounted, read from how people write it. */
import { UsageError } from "../../http/errors.ts";
import { parseHost } from "../../http/host.ts";
import { isPathPrefix } from "../../http/path.ts";

/** A place to mount at. */
export interface Location {
  /** In lower case; empty for every host. */
  readonly host: string;
  /** `undefined` for every port. */
  readonly port: number | undefined;
  /** Empty, or whole segments without a slash at the end. */
  readonly prefix: string;
}

/** Reads `/prefix`, `http://host` and `http://host:port/prefix`; throws a `UsageError` for anything else. */
export function readLocation(text: string): Location {
  const [, authority, rest] = /^https?:\/\/([^/]*)(.*)$/is.exec(text) ?? [undefined, undefined, text];
  const path = authority !== undefined && rest === "" ? "/" : (rest ?? "");
  const prefix = path.endsWith("/") ? path.slice(0, -1) : path;
  if (!path.startsWith("/") || !isPathPrefix(prefix))
    throw new UsageError(`mount: "${text}" is no location: write "/prefix" or "http://host/prefix"`);
  if (authority === undefined) return { host: "", port: undefined, prefix };
  const host = parseHost(authority);
  if (host === undefined || host.name === "") throw new UsageError(`mount: "${text}" has no valid host`);
  return { host: host.name, port: host.port, prefix };
}
