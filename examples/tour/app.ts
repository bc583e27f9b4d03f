/**
 * The tour: four kinds of application behind one server.
 *
 *     npm start
 */
import { fileURLToPath } from "node:url";
import { fromFetch, fromPsgi, mount, type App } from "tack";
import { file } from "tack/app/file";
import clock from "./clock.psgi.ts";
import hono from "./hono.ts";
import pagi from "./pagi.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

const app: App = mount({
  "/clock": fromPsgi(clock),
  "/pagi": pagi,
  "/hono": fromFetch(hono),
  "/source": file({ root: here, contentType: () => "text/plain; charset=utf-8" }),
  "/": file({ root: `${here}public`, index: "index.html", cacheControl: "no-cache" }),
});

export default app;
