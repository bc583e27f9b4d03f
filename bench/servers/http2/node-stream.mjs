/** The same by its stream API, which ours is built on: what there is to reach. */
import { createServer } from "node:http2";
import * as work from "../lib/work.mjs";

const server = createServer();
server.on("stream", (stream) => {
  stream.respond({
    ":status": 200,
    "content-type": work.textType,
    "content-length": Buffer.byteLength(work.hello),
  });
  stream.end(work.hello);
});
server.listen(work.port, "127.0.0.1", () => process.send("listening"));
