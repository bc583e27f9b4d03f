/** Node's own HTTP/2 server by its compatibility API, used as its manual shows: the measure of ours. */
import { createServer } from "node:http2";
import * as work from "../lib/work.mjs";

const server = createServer((_request, response) => {
  const headers = { "content-type": work.textType, "content-length": Buffer.byteLength(work.hello) };
  response.writeHead(200, headers);
  response.end(work.hello);
});
server.listen(work.port, "127.0.0.1", () => process.send("listening"));
