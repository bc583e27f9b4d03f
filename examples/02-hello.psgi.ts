/**
 * Lesson 2: the request/response form. A file named `*.psgi.ts` exports a function from environment to response.
 *
 *     npx tackup examples/02-hello.psgi.ts
 *     curl 'http://127.0.0.1:8225/?name=Ada'
 */
import type { PsgiApp } from "tack";

const app: PsgiApp = (env) => {
  const name = new URLSearchParams(env.QUERY_STRING).get("name") ?? "PSGI";
  return [200, ["Content-Type", "text/plain; charset=utf-8"], [`Hello from ${name}\n`]];
};

export default app;
