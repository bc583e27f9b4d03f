/** Tack, message form, as a request listener of node's own server. */
import { createServer } from "node:http";
import { toNode } from "tack/adapter/node";
import { app } from "./lib/pagi-app.mjs";
import * as work from "./lib/work.mjs";

const server = createServer(toNode(app));
server.keepAliveTimeout = work.keepAliveSeconds * 1000;
server.listen(work.port, "127.0.0.1");
