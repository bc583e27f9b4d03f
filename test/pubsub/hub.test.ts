import assert from "node:assert/strict";
import { test } from "node:test";
import { isTackError } from "#src/http/errors.js";
import type { Broker } from "#src/pubsub/broker.js";
import { Hub } from "#src/pubsub/hub.js";
import { MemoryBroker } from "#src/pubsub/memory-broker.js";
import type { SubscribeOptions, Subscription } from "#src/pubsub/subscription.js";

/** What a subscription gives until it ends. */
async function all<Message>(subscription: Subscription<Message>): Promise<Message[]> {
  const got: Message[] = [];
  for await (const message of subscription) got.push(message);
  return got;
}

const isClosed = (error: unknown): boolean => isTackError(error) && error.code === "CLOSED";

test("every subscriber of a topic gets its messages in order, and nobody else does", async () => {
  const hub = new Hub<number>();
  const one = await hub.subscribe("a");
  const other = await hub.subscribe("a");
  const elsewhere = await hub.subscribe("b");
  for (let number = 1; number <= 3; number++) await hub.publish("a", number);
  await hub.publish("nobody listens", 9);
  assert.deepEqual([hub.topics, hub.size("a"), hub.size("b"), hub.size("c")], [2, 2, 1, 0]);
  await hub.close();
  assert.deepEqual([await all(one), await all(other), await all(elsewhere)], [[1, 2, 3], [1, 2, 3], []]);
});

test("a subscriber that waits is woken, a late one gets what comes after", async () => {
  const hub = new Hub<string>();
  const early = await hub.subscribe("a");
  const first = early.next();
  await hub.publish("a", "one");
  assert.deepEqual(await first, { done: false, value: "one" });
  const late = await hub.subscribe("a");
  await hub.publish("a", "two");
  assert.equal((await late.next()).value, "two");
  assert.equal((await early.next()).value, "two");
  const pending = [early.next(), early.next()];
  early.close();
  assert.deepEqual(await Promise.all(pending), [
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
});

test("whoever leaves is forgotten, by a loop that ends, by close and by a signal", async () => {
  const hub = new Hub<number>();
  const controller = new AbortController();
  const looped = await hub.subscribe("a");
  const closed = await hub.subscribe("a");
  const aborted = await hub.subscribe("a", { signal: controller.signal });
  await hub.publish("a", 1);
  for await (const number of looped) if (number === 1) break;
  closed.close();
  closed.close();
  controller.abort();
  assert.deepEqual([looped.isOpen, closed.isOpen, aborted.isOpen], [false, false, false]);
  assert.deepEqual([hub.topics, hub.size("a"), looped.waiting], [0, 0, 0]);
  const gone = await hub.subscribe("a", { signal: controller.signal });
  assert.deepEqual([gone.isOpen, hub.topics], [false, 0]);
  assert.deepEqual([await all(closed), await all(gone)], [[1], []]);
});

test("errors of one subscriber hurt no other", async () => {
  const hub = new Hub<string>();
  const keyOf = (message: string): string => {
    if (message === "bad") throw new Error("no key");
    return message;
  };
  const failing = await hub.subscribe("a", { whenSlow: "conflate", keyOf });
  const fine = await hub.subscribe("a");
  for (const message of ["good", "bad", "after"]) await hub.publish("a", message);
  await assert.rejects(all(failing), /no key/);
  assert.deepEqual(await failing.next(), { done: true, value: undefined });
  assert.equal(hub.size("a"), 1);
  fine.close();
  assert.deepEqual(await all(fine), ["good", "bad", "after"]);
});

test("hubs on one broker hear each other", async () => {
  const broker = new MemoryBroker<string>();
  const [here, there] = [new Hub<string>({ broker }), new Hub<string>({ broker })];
  const [first, second] = [await here.subscribe("a"), await there.subscribe("a")];
  await here.publish("a", "hello");
  assert.deepEqual([(await first.next()).value, (await second.next()).value], ["hello", "hello"]);
  second.close();
  await there.publish("a", "bye");
  assert.equal((await first.next()).value, "bye");
});

/** A broker over a memory one that can be slow and can fail. */
class OddBroker implements Broker<string> {
  readonly #inner = new MemoryBroker<string>();
  readonly calls: string[] = [];
  fails: string | undefined;

  async #call<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    this.calls.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.fails === name) throw new Error(`${name} failed`);
    return work();
  }

  publish: Broker<string>["publish"] = (...args) => this.#call("publish", () => this.#inner.publish(...args));
  subscribe: Broker<string>["subscribe"] = (...args) =>
    this.#call("subscribe", () => this.#inner.subscribe(...args));
  unsubscribe: Broker<string>["unsubscribe"] = (...args) =>
    this.#call("unsubscribe", () => this.#inner.unsubscribe(...args));
  close = (): Promise<void> => this.#call("close", () => this.#inner.close());
}

test("a slow broker is joined once for a topic and left once, whoever comes and goes meanwhile", async () => {
  const broker = new OddBroker();
  const hub = new Hub<string>({ broker });
  const [one, two] = await Promise.all([hub.subscribe("a"), hub.subscribe("a")]);
  one.close();
  two.close();
  const again = await hub.subscribe("a");
  await hub.publish("a", "here");
  assert.equal((await again.next()).value, "here");
  assert.deepEqual(broker.calls.toSorted(), ["publish", "subscribe", "subscribe", "unsubscribe"]);
});

test("what the broker says is told: to who publishes, to who subscribes, and to onError", async () => {
  const broker = new OddBroker();
  const errors: unknown[] = [];
  const hub = new Hub<string>({ broker, onError: (error) => errors.push(String(error)) });
  broker.fails = "subscribe";
  await assert.rejects(hub.subscribe("a"), /subscribe failed/);
  assert.equal(hub.topics, 0);
  broker.fails = "publish";
  await assert.rejects(hub.publish("a", "x"), /publish failed/);
  broker.fails = "unsubscribe";
  (await hub.subscribe("a")).close();
  while (errors.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(errors, ["Error: unsubscribe failed"]);
});

test("after close nothing is taken, and a second close does nothing", async () => {
  const hub = new Hub<string>();
  await Promise.all([hub.close(), hub.close()]);
  await assert.rejects(hub.publish("a", "x"), isClosed);
  await assert.rejects(hub.subscribe("a"), isClosed);
  const broker = new MemoryBroker<string>();
  await broker.close();
  await assert.rejects(broker.publish("a", "x"), isClosed);
  await assert.rejects(
    broker.subscribe("a", () => undefined),
    isClosed,
  );
});

test("wrong options are refused by name", async () => {
  const hub = new Hub<string>();
  const wrong: [SubscribeOptions<string>, RegExp][] = [
    [{ whenSlow: "drop" as never }, /whenSlow is one of wait, dropOldest, conflate, disconnect, not "drop"/],
    [{ capacity: 0 }, /capacity is an integer from 1 up, not 0/],
    [{ keyOf: () => 1 }, /keyOf is for conflate/],
    [{ policy: "wait" } as never, /unknown option "policy"/],
  ];
  for (const [options, message] of wrong) await assert.rejects(hub.subscribe("a", options), message);
  assert.equal(hub.topics, 0);
  assert.throws(() => new Hub({ brokers: [] } as never), /unknown option "brokers"/);
});
