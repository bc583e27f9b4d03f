import assert from "node:assert/strict";
import { setImmediate as turnOver } from "node:timers/promises";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Connection } from "tack/pagi/connection";
import { connected, GET, httpApp, okApp, restOf, started } from "./server-tools.js";

test("CONN-5: the detail of an end is for diagnosis and never reaches the client", async () => {
  const details: (string | null)[] = [];
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    scope.connection.onDisconnect((_reason, detail) => details.push(detail));
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: "begun", more: true });
    scope.connection.abort("the secret reason");
    await scope.connection.closed;
  });
  const connection = await connected(await started(app));
  await connection.write(GET);
  assert.doesNotMatch(await restOf(connection), /secret/);
  assert.deepEqual(details, ["the secret reason"]);
});

test("CONN-18: listeners are let go after the end, also when the connection object is kept", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let kept: Connection | undefined;
  let listener: WeakRef<object> | undefined;
  const app = httpApp(async (scope, receive, send) => {
    if (scope.type !== "http") return;
    kept = scope.connection;
    const listening = (): void => undefined;
    listener = new WeakRef(listening);
    kept.onDisconnect(listening);
    kept.onComplete(listening);
    await okApp(scope, receive, send);
  });
  const connection = await connected(await started(app));
  await connection.write(GET);
  await connection.responses.head("GET");
  for (let turn = 0; turn < 100 && listener?.deref() !== undefined; turn++) {
    await turnOver();
    collect();
  }
  assert.equal(listener?.deref(), undefined);
  assert.equal(kept?.responseComplete, true);
});
