/** Notices that files were replaced, also through symbolic links, as certificate tools and mounted secrets do it. */
import { type Stats, statSync } from "node:fs";
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
  // At once: what is replaced right after the call has changed.
  let used = files.map((file) => traceOf(statNow(file))).join(" ");
  let last = used;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
    const now = found.map(traceOf).join(" ");
    isLooking = false;
    const isQuiet = now === last;
    last = now;
    if (!isQuiet || now === used) return;
    used = now;
    changed();
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}

function statNow(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** The time of any change counts: a file whose owner or mode was set right can be read from then on. */
function traceOf(stats: Stats | undefined): string {
  return stats === undefined ? "missing" : `${stats.ino}:${stats.ctimeMs}:${stats.size}`;
}
