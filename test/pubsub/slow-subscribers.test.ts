/** What becomes of subscribers that do not keep up, each by its own policy, and of ten thousand that do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isTackError } from "#src/http/errors.js";
import { Hub } from "#src/pubsub/hub.js";
import type { Subscription } from "#src/pubsub/subscription.js";

/** Takes what waits, without waiting for more. */
async function taken<Message>(subscription: Subscription<Message>): Promise<Message[]> {
  const got: Message[] = [];
  while (subscription.waiting > 0) got.push((await subscription.next()).value as Message);
  return got;
}

/** True when the promise settles within a turn of the event loop. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test("wait: nothing is lost, who publishes is held back, and order stays", async () => {
  const hub = new Hub<number>();
  const slow = await hub.subscribe("a", { whenSlow: "wait", capacity: 2 });
  const quick = await hub.subscribe("a");
  assert.ok(await isSettled(hub.publish("a", 1)));
  const held = [2, 3, 4].map((number) => hub.publish("a", number));
  assert.deepEqual(await Promise.all(held.map(isSettled)), [false, false, false]);
  assert.deepEqual([slow.waiting, quick.waiting], [2, 2], "what follows waits outside");
  const got: (number | undefined)[] = [];
  for (let index = 0; index < 4; index++) got.push((await slow.next()).value);
  await Promise.all(held);
  assert.deepEqual([got, await taken(quick), slow.dropped], [[1, 2, 3, 4], [1, 2, 3, 4], 0]);
});

test("wait: one that leaves holds nobody back any more", async () => {
  const hub = new Hub<number>();
  const slow = await hub.subscribe("a", { whenSlow: "wait", capacity: 1 });
  const other = await hub.subscribe("a");
  const held = [hub.publish("a", 1), hub.publish("a", 2)];
  assert.equal(await isSettled(held[0]!), false);
  slow.close();
  await Promise.all(held);
  assert.deepEqual([await taken(slow), await taken(other)], [[1], [1, 2]]);
});

test("dropOldest: the newest wait, and what is missing is counted", async () => {
  const hub = new Hub<number>();
  const slow = await hub.subscribe("a", { whenSlow: "dropOldest", capacity: 3 });
  for (let number = 1; number <= 10; number++) await hub.publish("a", number);
  assert.deepEqual([slow.waiting, slow.dropped], [3, 7]);
  assert.deepEqual(await taken(slow), [8, 9, 10]);
});

test("conflate: the newest of each key waits, in the place of the first", async () => {
  interface Price {
    readonly of: string;
    readonly is: number;
  }
  const hub = new Hub<Price>();
  const any = await hub.subscribe("a", { whenSlow: "conflate" });
  const byName = await hub.subscribe("a", { whenSlow: "conflate", keyOf: ({ of }) => of });
  const few = await hub.subscribe("a", { whenSlow: "conflate", keyOf: ({ of }) => of, capacity: 1 });
  for (const [of, is] of [
    ["x", 1],
    ["y", 1],
    ["x", 2],
    ["x", 3],
  ] as const)
    await hub.publish("a", { of, is });
  const [x, y] = [
    { of: "x", is: 3 },
    { of: "y", is: 1 },
  ];
  assert.deepEqual([await taken(any), any.dropped], [[x], 3]);
  assert.deepEqual([await taken(byName), byName.dropped], [[x, y], 2]);
  assert.deepEqual([await taken(few), few.dropped], [[x], 3]);
});

test("disconnect: too much is the end, what waited is let go, and others go on", async () => {
  const hub = new Hub<number>();
  const slow = await hub.subscribe("a", { whenSlow: "disconnect", capacity: 2 });
  const other = await hub.subscribe("a");
  for (let number = 1; number <= 3; number++) await hub.publish("a", number);
  assert.deepEqual([slow.isOpen, slow.waiting, hub.size("a")], [false, 0, 1]);
  await assert.rejects(slow.next(), (error) => isTackError(error) && error.code === "LIMIT");
  assert.deepEqual(await slow.next(), { done: true, value: undefined });
  assert.deepEqual(await taken(other), [1, 2, 3]);
});

test("ten thousand subscribers get twenty messages each, in order, and leave nothing behind", async () => {
  const hub = new Hub<number>();
  const reading: Promise<number>[] = [];
  const open: Subscription<number>[] = [];
  for (let index = 0; index < 10_000; index++) {
    const subscription = await hub.subscribe("a", { capacity: 20 });
    open.push(subscription);
    reading.push(
      (async () => {
        let last = 0;
        for await (const number of subscription) {
          assert.equal(number, last + 1);
          last = number;
        }
        return last;
      })(),
    );
  }
  assert.equal(hub.size("a"), 10_000);
  for (let number = 1; number <= 20; number++) await hub.publish("a", number);
  for (const subscription of open) subscription.close();
  assert.ok((await Promise.all(reading)).every((last) => last === 20));
  assert.deepEqual([hub.topics, hub.size("a")], [0, 0]);
});

test("a message for very many goes out in several turns, in order, and whoever leaves meanwhile gets nothing", async () => {
  const hub = new Hub<number>();
  const open: Subscription<number>[] = [];
  for (let index = 0; index < 2000; index++) open.push(await hub.subscribe("a"));
  let turns = 0;
  const isOver = Promise.all([hub.publish("a", 1), hub.publish("a", 2)]).then(() => true);
  open.at(-1)!.close();
  const late = await hub.subscribe("a");
  while (!(await Promise.race([isOver, new Promise((resolve) => setImmediate(resolve, false))]))) turns++;
  assert.ok(turns >= 8, `others had ${turns} turns`);
  assert.deepEqual(
    [await taken(open[0]!), await taken(open.at(-2)!)],
    [
      [1, 2],
      [1, 2],
    ],
  );
  assert.deepEqual([await taken(open.at(-1)!), await taken(late)], [[], [2]]);
});
