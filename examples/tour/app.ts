/**
 * The tour: many kinds of application behind one server and one set of middleware.
 *
 *     npm start
 */
import { fileURLToPath } from "node:url";
import { fromPsgi, mount, type App } from "tack";
import { file } from "tack/app/file";
import clock from "./clock.psgi.ts";
import express from "./frameworks/express.ts";
import fastify from "./frameworks/fastify.ts";
import koa from "./frameworks/koa.ts";
import nest from "./frameworks/nest.ts";
import hono from "./hono.ts";
import chat from "./live/chat.ts";
import ticker from "./live/ticker.ts";
import pagi from "./pagi.ts";
import { log, shared } from "./shared.ts";
import shop from "./shop.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

const apps: App = mount({
  "/clock": fromPsgi(clock),
  "/pagi": pagi,
  "/hono": hono,
  "/express": express,
  "/koa": koa,
  "/fastify": fastify,
  "/nest": nest,
  "/shop": shop,
  "/log": log,
  "/ticker": ticker,
  "/chat": chat,
  "/source": file({ root: here, contentType: () => "text/plain; charset=utf-8" }),
  "/": file({ root: `${here}public`, index: "index.html", cacheControl: "no-cache" }),
});

const app: App = shared(apps);

export default app;
