/**
 * The request/response form of the contract: what an app is. Types only. Rules: `spec/PSGI.md` (APP-*, MID-*).
 */
import type { PsgiEnv } from "./env.ts";
import type { PsgiResponse } from "./response.ts";

/**
 * An application in the request/response form.
 *
 * @example
 * const app: PsgiApp = (env) => [200, ["Content-Type", "text/plain"], [`Hello, ${env.QUERY_STRING}`]];
 */
export type PsgiApp = (env: PsgiEnv) => PsgiResponse | Promise<PsgiResponse>;

/** Maps a PSGI app to a PSGI app. */
export type PsgiMiddleware = (app: PsgiApp) => PsgiApp;
