/** Node's own server, used as its manual shows: the measure of all others. */
import { createReadStream, stat } from "node:fs";
import { createServer } from "node:http";
import { pipeline } from "node:stream";
import * as work from "./lib/work.mjs";

const server = createServer((request, response) => {
  const path = request.url;
  if (path === "/") return answer(response, work.textType, work.hello);
  if (path === "/json") return answer(response, work.jsonType, JSON.stringify(work.record()));
  if (path === "/echo" && request.method === "POST") return echo(request, response);
  if (path === "/stream") return stream(response);
  const file = work.files.get(path);
  if (file !== undefined) return sendFile(response, file);
  response.writeHead(404).end();
});
server.keepAliveTimeout = work.keepAliveSeconds * 1000;
server.listen(work.port, "127.0.0.1");

function answer(response, type, body) {
  response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}

function echo(request, response) {
  const received = [];
  request.on("data", (piece) => received.push(piece));
  request.on("end", () => {
    const body = received.length === 1 ? received[0] : Buffer.concat(received);
    response.writeHead(200, { "content-type": work.bytesType, "content-length": body.length }).end(body);
  });
}

function stream(response) {
  let sent = 0;
  response.writeHead(200, { "content-type": work.bytesType });
  const more = () => {
    while (sent < work.chunkCount) {
      sent++;
      if (!response.write(work.chunk)) return;
    }
    response.off("drain", more);
    response.end();
  };
  response.on("drain", more);
  more();
}

function sendFile(response, path) {
  stat(path, (error, found) => {
    if (error) return response.writeHead(500).end();
    // The client may have left meanwhile, and pipeline() throws for a response that is gone.
    if (response.destroyed) return;
    response.writeHead(200, { "content-type": work.bytesType, "content-length": found.size });
    pipeline(createReadStream(path), response, () => {});
  });
}
