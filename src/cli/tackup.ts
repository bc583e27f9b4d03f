/** The launcher: reads the command line, does what it asks, and ends with an exit code. */
import { readFileSync } from "node:fs";
import { settingsFor, takeRole } from "./child-role.ts";
import { selfSignedFile } from "../server/tls/self-signed.ts";
import { EXIT, explainExit } from "./exit.ts";
import { serve } from "./serve.ts";
import { readSettings, type Settings } from "./settings.ts";
import { say } from "./terminal.ts";

/**
 * Runs `tackup` with these words and ends the process. Everything that goes wrong becomes a message on
 * standard error and one of the exit codes of `docs/cli.md`.
 *
 * @example
 * await tackup(process.argv.slice(2));
 */
export async function tackup(words: readonly string[]): Promise<never> {
  process.once("exit", explainUnsettled);
  try {
    process.exit(await launch(words));
  } catch (error) {
    const { code, text } = explainExit(error);
    say(text);
    process.exit(code);
  }
}

/** Node ends with this code when nothing is left that could settle a top-level await. */
const UNSETTLED = 13;

function explainUnsettled(): void {
  if (process.exitCode !== UNSETTLED) return;
  say("the app never finished loading: a top-level await of it waits for nothing");
  process.exitCode = EXIT.load;
}

async function launch(words: readonly string[]): Promise<number> {
  const role = takeRole(process.env);
  const settings = readSettings(words, process.env);
  const { options, warnings } = settings;
  if (options.help) return print((await import("./help.ts")).helpText());
  if (options.version) return print(`tackup ${version()} (Node ${process.versions.node})\n`);
  if (role !== undefined) return await serve(settingsFor(role, settings), role);
  for (const warning of warnings) say(warning);
  announceEnvironment(settings);
  if (options.tlsSelfSigned) say(`self-signed certificate, for curl --cacert: ${selfSignedFile()}`);
  if (options.check) return await (await import("./check.ts")).checkApp(settings);
  const isReloading = options.reload || options.watch.length > 0;
  if (isReloading) return await (await import("./reload.ts")).reload(settings, words);
  return await serve(settings);
}

function announceEnvironment({ options }: Settings): void {
  if (options.env !== "development") return;
  say("DEVELOPMENT: the validator, the access log and an error page that shows source code are on.");
  say("DEVELOPMENT: never let the public reach this server.");
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
