import assert from "node:assert/strict";
import { test } from "node:test";
import { accessLog } from "tack/middleware/access-log";
import { connected, GET, heldApp, started } from "./server-tools.js";

test("the access log names a client that left before anybody asked for its address", async () => {
  const held = heldApp();
  let tell: (line: string) => void = () => undefined;
  const told = new Promise<string>((resolve) => (tell = resolve));
  const running = await started(accessLog({ sink: (line) => tell(line) })(held.app));
  const connection = await connected(running);
  await connection.write(GET);
  await held.entered;
  connection.reset();
  assert.match(await told, /^127\.0\.0\.1 .* 499 /);
});
