/** Loads the app, runs it under its handler, and ends it well. */
import { constants } from "node:os";
import type { Handler, Running } from "../server/handler.ts";
import { LIMIT_OPTIONS } from "../server/limit-options.ts";
import { LogFile } from "../server/log-file.ts";
import type { TackOptions } from "../server/options.ts";
import { CLOSED_MESSAGE, endReports, READY_MESSAGE, type ChildRole } from "./child-role.ts";
import { EXIT, LaunchError } from "./exit.ts";
import { findHandler } from "./find-handler.ts";
import { listenUrls, readyLine, urlsOf } from "./listening.ts";
import { dressApp, loadApp, type AccessSink } from "./load-app.ts";
import type { Settings } from "./settings.ts";
import { say, serverLog, write } from "./terminal.ts";

/**
 * Serves until a signal comes or the server ends, and resolves with the exit code. Throws a `LaunchError`,
 * `ListenError` or `UsageError` when it cannot start. A child of `--reload` tells its parent when it is ready.
 *
 * @example
 * process.exitCode = await serve(readSettings(["app.ts"], process.env));
 */
export async function serve(settings: Settings, role?: ChildRole): Promise<number> {
  const { options } = settings;
  listenUrls(options);
  exportEnvironment(options);
  const factory = await findHandler(options.server, process.cwd());
  const bare = await loadApp(settings, process.cwd());
  if (role !== undefined) endReports(process.env);
  const log = await openAccessLog(options);
  const handler = factory(handlerOptions(options));
  const running = await handler.run(await dressApp(bare, options, log.sink));
  // Whoever reads the announcement may send a signal at once.
  const end = ended(running, options, role);
  announce(handler, running, role);
  const code = await end;
  await log.close();
  return code;
}

/** Apps and libraries see the same name; NODE_ENV is theirs to set otherwise. */
export function exportEnvironment({ env }: TackOptions): void {
  process.env["TACK_ENV"] = env;
  process.env["NODE_ENV"] ??= env;
}

function handlerOptions(options: TackOptions): object {
  const limits = Object.keys(LIMIT_OPTIONS).map(
    (name) => [name, options[name as keyof TackOptions]] as const,
  );
  const { backlog } = options;
  return {
    ...Object.fromEntries(limits),
    backlog,
    // Handlers that know nothing else need not know the option either.
    ...(options.http2 ? {} : { http2: false }),
    listen: listenUrls(options),
    log: serverLog(options.env),
  };
}

interface AccessLogOutput {
  readonly sink: AccessSink | undefined;
  close(): Promise<void>;
}

const NO_FILE: AccessLogOutput = { sink: undefined, close: async () => {} };

async function openAccessLog(options: TackOptions): Promise<AccessLogOutput> {
  const path = options.accessLog ?? (options.env === "development" ? "-" : undefined);
  if (path === undefined || path === "") return NO_FILE;
  if (path === "-") return { ...NO_FILE, sink: write };
  const onError = (error: Error) => say(`cannot write the access log ${path}: ${error.message}`);
  try {
    const file = await LogFile.open(path, { onError });
    return { sink: (line) => file.write(line), close: () => file.close() };
  } catch (error) {
    throw new LaunchError(EXIT.failure, `cannot open the access log ${path}: ${(error as Error).message}`);
  }
}

function announce(handler: Handler, running: Running, role: ChildRole | undefined): void {
  if (role !== undefined) process.send?.(READY_MESSAGE);
  else for (const url of urlsOf(running.addresses)) write(readyLine(handler.name, url));
}

/** Waits for the end of the server; the first signal asks for it, the second forces it. */
function ended(running: Running, { graceMs }: TackOptions, role: ChildRole | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    let isStopping = false;
    const stop = (signal: NodeJS.Signals) => {
      if (isStopping) process.exit(128 + constants.signals[signal]);
      isStopping = true;
      if (role === undefined) say(`${signal}: finishing what runs, ${graceMs} ms at most; again to force`);
      running.close({ graceMs }).then(() => resolve(EXIT.ok), reject);
      if (role !== undefined && process.connected) process.send?.(CLOSED_MESSAGE);
    };
    process.on("SIGTERM", stop);
    // A terminal sends SIGINT to parent and child alike; the parent passes on what the child needs.
    process.on("SIGINT", role === undefined ? stop : () => {});
    if (role !== undefined) process.once("disconnect", () => stop("SIGTERM"));
    reloadTlsOnHangup(running);
    running.closed.then(() => resolve(isStopping ? EXIT.ok : EXIT.failure), reject);
  });
}

/** A server with a terminal keeps the meaning that SIGHUP has there: the terminal is gone. */
function reloadTlsOnHangup(running: Running): void {
  const speaksTls = running.addresses.some(({ isSecure }) => isSecure === true);
  if (!speaksTls || running.reloadTls === undefined || process.stdin.isTTY) return;
  process.on("SIGHUP", () => {
    running.reloadTls?.().then(
      () => say("SIGHUP: TLS uses the certificates as they are now"),
      () => {}, // the log has said why
    );
  });
}
