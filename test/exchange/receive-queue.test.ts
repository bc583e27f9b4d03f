import assert from "node:assert/strict";
import { test } from "node:test";
import { ReceiveQueue } from "#src/exchange/receive-queue.js";

function queueOf(...events: string[]) {
  const queue = new ReceiveQueue<string>(() => events.shift());
  const push = (event: string): void => {
    events.push(event);
    queue.serve();
  };
  return { queue, push, events };
}

test("APP-10: calls that wait are answered in their order", async () => {
  const { queue, push } = queueOf();
  const calls = [queue.receive(), queue.receive(), queue.receive()];
  for (const event of ["a", "b", "c"]) push(event);
  assert.deepEqual(await Promise.all(calls), ["a", "b", "c"]);
  assert.equal(queue.isWanted, false);
});

test("APP-9: a call given up takes no event and disturbs no other", async () => {
  const { queue, push } = queueOf();
  const { signal, abort } = aborter();
  const first = queue.receive();
  const given = queue.receive({ signal });
  const last = queue.receive();
  abort(new Error("enough"));
  await assert.rejects(given, /enough/);
  push("a");
  push("b");
  assert.deepEqual(await Promise.all([first, last]), ["a", "b"]);
});

test("APP-9: a signal aborted before takes nothing, even when an event waits", async () => {
  const { queue, events } = queueOf("a");
  await assert.rejects(queue.receive({ signal: AbortSignal.abort(new Error("too late")) }), /too late/);
  assert.deepEqual(events, ["a"]);
});

test("a signal that outlives many calls keeps nothing of them", async () => {
  const { queue, push } = queueOf();
  let listeners = 0;
  const signal = {
    aborted: false,
    addEventListener: () => listeners++,
    removeEventListener: () => listeners--,
  } as unknown as AbortSignal;
  for (let count = 0; count < 10; count++) {
    const call = queue.receive({ signal });
    push("a");
    await call;
  }
  assert.equal(listeners, 0);
});

function aborter() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) };
}
