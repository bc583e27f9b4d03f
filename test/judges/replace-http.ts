/**
 * Loaded with `--import` into a process that runs a framework's own tests: from then on `http.createServer` makes
 * servers of ours. Nothing but those processes loads this file.
 */
import http, { type ServerOptions } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { HostedServer } from "./hosted-server.js";

const createServer = (...given: [ServerOptions?, never?]): HostedServer => new HostedServer(...given);

Object.assign(http, { createServer, Server: HostedServer });
syncBuiltinESMExports();
