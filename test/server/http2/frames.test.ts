/** The cases of h2spec, rebuilt as data in `wire/http2`, frame by frame against the server. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { Running } from "#src/server/handler.js";
import { loadFrameCases, runFrameCase } from "../../support/http2-wire.js";

/** Reads the body, then answers with a few bytes. */
const app: App = async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
  for (let more = true; more;) {
    const event = await receive();
    if (event.type !== "http.request") return;
    ({ more } = event);
  }
  await send({ type: "http.response.start", status: 200 });
  await send({ type: "http.response.body", body: "Hello, World!" });
};

let running: Running;
before(async () => {
  running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(app);
});
after(() => running.close({ graceMs: 0 }));

const cases = loadFrameCases("wire/http2");

describe("frames", { concurrency: 4 }, () => {
  for (const one of cases) {
    if (one.differs === undefined) test(`${one.title} (${one.rule})`, () => runFrameCase(one, running.url));
  }
});

/** What node and nghttp2 decide by themselves, one by one; the server is there for others whatever they do. */
describe("frames for which nghttp2 may do otherwise", () => {
  for (const one of cases) {
    if (one.differs === undefined) continue;
    test(`${one.title} (${one.rule}): ${one.differs}`, async () => {
      await Promise.race([runFrameCase(one, running.url).catch(() => undefined), calm()]);
      assert.equal(await (await fetch(running.url)).text(), "Hello, World!");
    });
  }
});

/** An ignored frame has no answer to wait for. */
function calm(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}
