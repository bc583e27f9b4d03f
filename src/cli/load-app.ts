/** From what the command line names to an app: the file or the code, and what is put around it. */
import { toApp } from "../adapter/to-app.ts";
import { mount } from "../compose/mount.ts";
import { isTackError } from "../http/errors.ts";
import { accessLog } from "../middleware/access-log.ts";
import type { App } from "../pagi/app.ts";
import type { TackOptions } from "../server/options.ts";
import { evaluate } from "./evaluate.ts";
import { EXIT, LaunchError } from "./exit.ts";
import { evaluationHelpers } from "./helpers.ts";
import { findAppFile, loadFile } from "./load-file.ts";
import type { Settings } from "./settings.ts";
import { say, write } from "./terminal.ts";

/** Writes one line of the access log. */
export type AccessSink = (line: string) => void;

/**
 * Loads the app that the settings name. Throws a `LaunchError` when there is none, when it cannot be loaded,
 * or when it is no app.
 *
 * @example
 * const app = await loadApp(readSettings(["app.ts"], process.env), process.cwd());
 */
export async function loadApp(settings: Settings, folder: string): Promise<App> {
  const { app: file, options } = settings;
  if (options.eval === undefined) {
    const filename = findAppFile(file, folder);
    return accept(await loadFile(filename), filename);
  }
  if (file !== undefined)
    throw new LaunchError(EXIT.usage, `both -e and the app "${file}" were given; choose one`);
  return accept(await evaluate(options.eval, await evaluationHelpers(), folder), "the code of -e");
}

/**
 * Puts around an app what the options ask for; in production without an access log that is nothing. What
 * development alone needs is loaded for it alone.
 */
export async function dressApp(bare: App, options: TackOptions, sink: AccessSink | undefined): Promise<App> {
  const isDevelopment = options.env === "development";
  const checked = isDevelopment ? (await import("../middleware/lint.ts")).lint()(bare) : bare;
  const isMounted = options.path !== "" && options.path !== "/";
  const mounted = isMounted ? mount({ [options.path]: checked }) : checked;
  const shown = isDevelopment ? await withErrorPage(mounted) : mounted;
  return sink === undefined ? shown : accessLog({ sink, format: options.accessLogFormat })(shown);
}

async function withErrorPage(app: App): Promise<App> {
  const { stackTrace } = await import("../middleware/stack-trace.ts");
  return stackTrace({ onError: showError })(app);
}

function accept(value: unknown, filename: string): App {
  try {
    return toApp(value, { filename });
  } catch (error) {
    if (!isTackError(error)) throw error;
    throw new LaunchError(EXIT.load, `cannot use the app: ${error.message}`, { cause: error });
  }
}

function showError(error: unknown): void {
  say("the app threw; the client sees the error page");
  write(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
