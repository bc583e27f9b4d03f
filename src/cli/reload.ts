/** The parent process of `tackup --reload`. */
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, resolve } from "node:path";
import { UsageError } from "../http/errors.ts";
import { bindSocket, boundUrl, type BoundSocket } from "../server/bound-socket.ts";
import type { ListenTarget } from "../server/listen-url.ts";
import { EXIT, LaunchError } from "./exit.ts";
import { listenTargets, readyLine } from "./listening.ts";
import { findAppFile } from "./load-file.ts";
import { Reloader } from "./reloader.ts";
import type { Settings } from "./settings.ts";
import { say, write } from "./terminal.ts";

/**
 * Binds the sockets, keeps a child serving on them, and resolves with the exit code after a signal. Throws
 * when the sockets cannot be bound or nothing can be watched.
 *
 * @example
 * process.exitCode = await reload(settings, process.argv.slice(2));
 */
export async function reload(settings: Settings, words: readonly string[]): Promise<number> {
  const { options } = settings;
  const folder =
    options.eval === undefined ? dirname(findAppFile(settings.app, process.cwd())) : process.cwd();
  const watch = options.watch.map(existing);
  const sockets = await bindAll(settings);
  const reloader = new Reloader({
    words,
    sockets,
    folder,
    watch,
    delayMs: options.reloadDelayMs,
    onReady: () => {
      for (const socket of sockets) write(readyLine(options.server, boundUrl(socket)));
    },
  });
  stopOnSignals(reloader);
  const code = await reloader.ended;
  for (const socket of sockets) socket.close();
  return code;
}

function existing(path: string): string {
  if (existsSync(path)) return resolve(path);
  throw new UsageError(`cannot watch "${path}": there is no such file or folder`);
}

/** All or none: a unix socket that was bound already is removed again. */
async function bindAll(settings: Settings): Promise<BoundSocket[]> {
  const sockets: BoundSocket[] = [];
  try {
    for (const target of listenTargets(settings.options)) sockets.push(await bind(target));
  } catch (error) {
    for (const socket of sockets) socket.close();
    throw error;
  }
  return sockets;
}

function bind(target: ListenTarget): Promise<BoundSocket> {
  if (target.kind !== "fd") return bindSocket(target);
  throw new UsageError("--reload binds its sockets itself; it cannot take fd: listeners");
}

function stopOnSignals(reloader: Reloader): void {
  let isStopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (isStopping) {
        reloader.kill();
        process.exit(128 + constants.signals[signal]);
      }
      isStopping = true;
      say(`${signal}: finishing what runs; again to force`);
      reloader.stop().catch((error: unknown) => {
        throw new LaunchError(EXIT.failure, "the children cannot be stopped", { cause: error });
      });
    });
  }
}
