/** Node's own HTTPS server, used as its manual shows: the measure of ours. */
import { createServer } from "node:https";
import { readFileSync } from "node:fs";
import * as work from "../lib/work.mjs";

const pem = readFileSync(process.env.BENCH_CERTIFICATE);
const server = createServer({ key: pem, cert: pem }, (_request, response) => {
  const headers = { "content-type": work.textType, "content-length": Buffer.byteLength(work.hello) };
  response.writeHead(200, headers).end(work.hello);
});
server.keepAliveTimeout = work.keepAliveSeconds * 1000;
server.listen(work.port, "127.0.0.1", () => process.send("listening"));
