/** One Hono application, served by Hono's own Node server and by ours. */
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { streamOfPieces } from "./fetch-app.mjs";
import * as work from "./work.mjs";

const bytes = { "content-type": work.bytesType };

export const app = new Hono();
app.get("/", (context) => context.text(work.hello));
app.get("/json", (context) => context.json(work.record()));
app.post("/echo", async (context) => context.body(await context.req.arrayBuffer(), 200, bytes));
app.get("/stream", (context) => context.body(streamOfPieces(), 200, bytes));
app.get(
  "/file/*",
  serveStatic({ root: process.env.BENCH_FILES, rewriteRequestPath: (path) => `${path.slice(5)}.bin` }),
);
