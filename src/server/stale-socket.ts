/** What a server that was killed leaves behind: the path of its unix socket. */
import { lstatSync, unlinkSync } from "node:fs";
import { connect } from "node:net";

/**
 * Removes the path of a unix socket on which nobody answers. A socket that answers, and a file that is no
 * socket, are somebody's and stay.
 *
 * @example
 * await removeStaleSocket("/run/app.sock");
 */
export async function removeStaleSocket(path: string): Promise<void> {
  if (!isSocket(path)) return;
  const isDead = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(false);
    });
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
  if (isDead) unlinkSync(path);
}

/** True when there is a unix socket at this path, alive or not. */
export function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
}
