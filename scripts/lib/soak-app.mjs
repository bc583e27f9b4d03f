/** Reads a request whole, then writes it down in a file of its own process before it answers. */
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";

let fd;

export default async function app(scope, receive, send) {
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
  let size = 0;
  for (let more = true; more;) {
    const event = await receive();
    if (event.type !== "http.request") return;
    size += event.body.byteLength;
    more = event.more;
  }
  fd ??= openSync(join(process.env.TACK_SOAK_FOLDER, `count-${process.pid}`), "a");
  writeSync(fd, "x");
  await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
  await send({ type: "http.response.body", body: String(size) });
}
