/**
 * The options table. The launcher's parser, `--help`, `docs/options.md`, the environment variables, the
 * check for unknown names and the TypeScript types all come from it.
 */
import { LIMIT_OPTIONS } from "./limit-options.ts";
import type { OptionsOf, OptionTable } from "./option.ts";
import { TLS_OPTIONS, type TlsRows } from "./tls-options.ts";

const LAUNCH_OPTIONS = {
  eval: {
    type: "text",
    group: "app",
    value: "CODE",
    short: "e",
    env: false,
    help: "Run this code instead of a file: an expression that is an app, or statements that return or export one.",
  },
  server: {
    type: "text",
    default: "standalone",
    group: "app",
    value: "NAME",
    short: "s",
    help: "The handler that runs the app: one of Tack's, a package, or a file.",
  },
  path: {
    type: "text",
    default: "",
    group: "app",
    value: "PREFIX",
    help: "Mount the app under this path; 404 elsewhere.",
  },
  env: {
    type: "text",
    default: "production",
    group: "app",
    value: "NAME",
    short: "E",
    help: "production, development or a name of your own; development adds validator, error page and access log.",
  },
  check: {
    type: "switch",
    default: false,
    group: "app",
    env: false,
    help: "Load the app, run one request and lifespan through the validator, say what is wrong, and stop.",
  },
  config: {
    type: "text",
    group: "app",
    value: "FILE",
    help: "A JSON file of options by name; flags and environment win over it.",
  },
  listen: {
    type: "texts",
    default: [],
    group: "listen",
    value: "URL",
    short: "l",
    help: "Where to accept: http://127.0.0.1:8225, :8225, host:port, http://[::1]:8225, https://:8443?cert=FILE&key=FILE, unix:/run/app.sock?mode=660, fd:3; repeatable.",
  },
  host: {
    type: "text",
    default: "127.0.0.1",
    group: "listen",
    value: "ADDRESS",
    short: "o",
    help: "The address to listen on when --listen is not given; 0.0.0.0 or :: for all.",
  },
  port: {
    type: "number",
    default: 8225,
    most: 65_535,
    group: "listen",
    value: "NUMBER",
    short: "p",
    alsoEnv: "PORT",
    help: "The port to listen on when --listen is not given; 0 picks a free one.",
  },
  backlog: {
    type: "number",
    default: 1024,
    group: "listen",
    value: "NUMBER",
    help: "How many connections the system may queue before they are accepted.",
  },
  http2: {
    type: "switch",
    default: true,
    group: "listen",
    help: "Speak HTTP/2 on the same port too: with clients that begin with it, and over TLS where it was agreed.",
  },
  accessLog: {
    type: "text",
    group: "log",
    value: "FILE",
    help: "Append one line per request to this file, or - for standard error; - by default in development.",
  },
  accessLogFormat: {
    type: "text",
    default: "combined",
    group: "log",
    value: "FORMAT",
    help: "common, combined, json, or a format string of atoms such as %h %r %s %B.",
  },
  reload: {
    type: "switch",
    default: false,
    group: "development",
    short: "r",
    help: "Watch the app's folder and swap in the new code without losing a request.",
  },
  watch: {
    type: "texts",
    default: [],
    group: "development",
    value: "PATH",
    short: "R",
    help: "Watch this file or folder too; implies --reload; repeatable.",
  },
  reloadDelayMs: {
    type: "number",
    default: 100,
    group: "development",
    help: "How long files must be quiet before a reload.",
  },
  help: { type: "switch", default: false, group: "about", short: "h", env: false, help: "Show this text." },
  version: {
    type: "switch",
    default: false,
    group: "about",
    short: "v",
    env: false,
    help: "Show the version.",
  },
} as const;

/**
 * Every option of the launcher and its servers.
 *
 * @example
 * OPTIONS.port.default; // 8225
 */
export const OPTIONS: typeof LAUNCH_OPTIONS & TlsRows & typeof LIMIT_OPTIONS = {
  ...LAUNCH_OPTIONS,
  ...TLS_OPTIONS,
  ...LIMIT_OPTIONS,
};

/** The same rows as plain data, for whoever walks the table. */
export const OPTION_TABLE: OptionTable = OPTIONS;

/** The name of an option. */
export type OptionName = keyof typeof OPTIONS;

/** A value for every option that has a default, and for those that were set. */
export type TackOptions = OptionsOf<typeof OPTIONS>;

/** The limits of a server, as numbers. */
export type LimitOptions = OptionsOf<typeof LIMIT_OPTIONS>;
