import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "tack";
import { serve } from "#src/server/server.js";

/** Records the lifespan events an app receives; `answer` says what it sends to the first. */
function recorder(answer: "lifespan.startup.complete" | "lifespan.startup.failed" | undefined) {
  const seen: string[] = [];
  const app: App = async (_scope, receive, send) => {
    for (;;) {
      const event = await receive();
      seen.push(event.type);
      if (event.type === "lifespan.shutdown") return send({ type: "lifespan.shutdown.complete" });
      if (answer !== undefined) await send({ type: answer });
    }
  };
  return { app, seen };
}

test("LIFE-2: no shutdown follows a startup that failed", async () => {
  const { app, seen } = recorder("lifespan.startup.failed");
  await assert.rejects(serve(app), /lifespan startup failed/);
  assert.deepEqual(seen, ["lifespan.startup"]);
});

test("LIFE-2: no shutdown follows a startup that took too long", async () => {
  const { app, seen } = recorder(undefined);
  await assert.rejects(serve(app, { lifespanTimeoutMs: 20 }), /took longer than 20 ms/);
  assert.deepEqual(seen, ["lifespan.startup"]);
});

test("LIFE-8: shutdown follows when only listening failed", async () => {
  const { app, seen } = recorder("lifespan.startup.complete");
  await assert.rejects(serve(app, { listen: ["http://203.0.113.1:0"] }), /cannot listen on/);
  assert.deepEqual(seen, ["lifespan.startup", "lifespan.shutdown"]);
});
