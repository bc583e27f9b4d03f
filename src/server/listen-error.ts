/** Why a server cannot listen, in words for people. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../http/errors.ts";
import { formatListen, type ListenTarget } from "./listen-url.ts";
import { isSocket } from "./stale-socket.ts";

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else is listening there; choose another address or stop the other",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "no such host name",
  EAI_AGAIN: "the host name cannot be looked up",
  ENOENT: "the folder does not exist",
  ENOTDIR: "the folder does not exist",
  EBADF: "no such descriptor was inherited",
  EINVAL: "the descriptor is not a socket, or the path is too long",
  ENOTSOCK: "the descriptor is not a socket",
};

/** Thrown when an address cannot be had; `cause` is the system's error. Its message is one line. */
export class ListenError extends UsageError {
  readonly target: ListenTarget;

  constructor(target: ListenTarget, cause: unknown) {
    super(`cannot listen on ${formatListen(target)}: ${reason(target, cause)}`, { cause });
    this.target = target;
  }
}

function reason(target: ListenTarget, cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? "";
  // The system layer of Node reports a missing folder as a missing permission.
  if (target.kind === "unix" && !existsSync(dirname(target.path))) return `${REASONS["ENOENT"]} (ENOENT)`;
  if (target.kind === "unix" && code === "EADDRINUSE" && !isSocket(target.path)) {
    return `a file that is no socket is in the way (${code})`;
  }
  const text = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  const low = target.kind === "tcp" && target.port > 0 && target.port < 1024 && code === "EACCES";
  return `${text}${low ? "; ports below 1024 are for root" : ""}${code === "" ? "" : ` (${code})`}`;
}
