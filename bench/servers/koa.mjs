/** Koa on node's own server. */
import { app } from "./lib/koa-app.mjs";
import * as work from "./lib/work.mjs";

const server = app.listen(work.port, "127.0.0.1");
server.keepAliveTimeout = work.keepAliveSeconds * 1000;
