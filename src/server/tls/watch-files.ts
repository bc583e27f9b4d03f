/** Notices that files were replaced, also through symbolic links, as certificate tools and mounted secrets do it. */
import { stat } from "node:fs/promises";

const EVERY_MS = 2000;

/**
 * Calls `changed` after files have changed and then stood still for a moment: a certificate and its key come one
 * after the other. Never keeps a process alive. Gives the function that ends it.
 *
 * @example
 * const unwatch = watchFiles(["cert.pem", "key.pem"], () => reload());
 */
export function watchFiles(
  files: readonly string[],
  changed: () => void,
  everyMs: number = EVERY_MS,
): () => void {
  if (files.length === 0) return () => undefined;
  let used: string | undefined;
  let last: string | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const now = (await Promise.all(files.map(traceOf))).join(" ");
    isLooking = false;
    used ??= now;
    const isQuiet = now === last;
    last = now;
    if (!isQuiet || now === used) return;
    used = now;
    changed();
  };
  void look();
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}

async function traceOf(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino}:${mtimeMs}:${size}`;
  } catch {
    return "missing";
  }
}
