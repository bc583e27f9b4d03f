/**
 * Lesson 5: several apps, of any form, side by side. A mount moves its prefix from `path` to `rootPath`.
 *
 *     npx tackup examples/05-mount.ts
 *     curl http://127.0.0.1:8225/psgi
 */
import { fromFetch, fromPsgi, mount, reply, type App } from "tack";
import fetchApp from "./03-hello-fetch.ts";
import pagiApp from "./01-hello-pagi.ts";
import psgiApp from "./02-hello.psgi.ts";

const app: App = mount({
  "/pagi": pagiApp,
  "/psgi": fromPsgi(psgiApp),
  "/fetch": fromFetch(fetchApp),
  "/": reply(200, {}, "Try /pagi, /psgi and /fetch\n"),
});

export default app;
