/** `tackup --check`: loads the app, starts and stops it and asks it for one page, all through the validator. */
import type { ContractError } from "../http/errors.ts";
import { lint } from "../middleware/lint.ts";
import { EXIT } from "./exit.ts";
import { findHandler } from "./find-handler.ts";
import { dressApp, loadApp } from "./load-app.ts";
import { exportEnvironment } from "./serve.ts";
import type { Settings } from "./settings.ts";
import { say, write } from "./terminal.ts";

const DEADLINE_MS = 30_000;

/**
 * Checks an app on a free port of the loopback address: lifespan, then `GET` of its root. Resolves with 0, or
 * with the code of `--check` when a rule was broken; throws as `serve` does when the app cannot start.
 *
 * @example
 * process.exitCode = await checkApp(readSettings(["--check", "app.ts"], process.env));
 */
export async function checkApp(settings: Settings): Promise<number> {
  const { options } = settings;
  const violations: ContractError[] = [];
  exportEnvironment(options);
  const factory = await findHandler(options.server, process.cwd());
  const app = await loadApp(settings, process.cwd());
  const checked = lint({ onViolation: (violation) => violations.push(violation) })(app);
  const mounted = await dressApp(checked, { ...options, env: "check" }, undefined);
  const running = await factory({ listen: ["http://127.0.0.1:0"] }).run(mounted);
  const status = await askForRoot(new URL(`${options.path}/`, running.url));
  await running.close({ graceMs: 1000 });
  for (const { message } of violations) write(`broken rule ${message}`);
  if (violations.length > 0) return EXIT.check;
  say(`the app is sound: it loads, starts, answers GET / with ${status} and stops`);
  return EXIT.ok;
}

async function askForRoot(url: URL): Promise<number | string> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(DEADLINE_MS) });
    // The body may be an endless stream; its beginning has been seen.
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    return response.status;
  } catch (error) {
    return `no response (${error instanceof Error ? error.message : String(error)})`;
  }
}
