/** Hono on its own Node server. */
import { serve } from "@hono/node-server";
import { app } from "./lib/hono-app.mjs";
import * as work from "./lib/work.mjs";

const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: work.port });
server.keepAliveTimeout = work.keepAliveSeconds * 1000;
