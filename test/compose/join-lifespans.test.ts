import assert from "node:assert/strict";
import { test } from "node:test";
import { joinLifespans } from "#src/compose/join-lifespans.js";
import { mount } from "#src/compose/mount.js";
import { reply } from "#src/compose/reply.js";
import type { App } from "#src/pagi/app.js";
import type { ReceiveEvent, SendEvent } from "#src/pagi/event.js";
import { drive, lifespanScope } from "../support/drive.js";

const received: readonly ReceiveEvent[] = [{ type: "lifespan.startup" }, { type: "lifespan.shutdown" }];
const lifespan = (app: App) => drive(app, lifespanScope(), { received });
const joined = (...apps: App[]): App => joinLifespans(apps) as unknown as App;

interface Script {
  readonly startup?: SendEvent;
  readonly shutdown?: SendEvent;
}

/** An app that writes down what happens to it. */
function scripted(name: string, log: string[], script: Script = {}): App {
  return async (_scope, receive, send) => {
    log.push(`${name} ${(await receive()).type}`);
    await send(script.startup ?? { type: "lifespan.startup.complete" });
    log.push(`${name} ${(await receive()).type}`);
    await send(script.shutdown ?? { type: "lifespan.shutdown.complete" });
  };
}

test("LIFE-3, LIFE-4: apps start in order and stop in reverse, answered as one", async () => {
  const log: string[] = [];
  const { events, error } = await lifespan(joined(scripted("a", log), scripted("b", log)));
  assert.deepEqual(log, [
    "a lifespan.startup",
    "b lifespan.startup",
    "b lifespan.shutdown",
    "a lifespan.shutdown",
  ]);
  assert.equal(error, undefined);
  assert.deepEqual(
    events.map((event) => event.type),
    ["lifespan.startup.complete", "lifespan.shutdown.complete"],
  );
});

test("an app that is mounted twice runs its lifespan once", async () => {
  const log: string[] = [];
  const app = scripted("a", log);
  await lifespan(mount({ "/one": app, "/two": app, "/three": reply(200) }));
  assert.deepEqual(log, ["a lifespan.startup", "a lifespan.shutdown"]);
});

test("LIFE-5: apps that decline are left alone, and when all decline so does the whole", async () => {
  const log: string[] = [];
  const throwing: App = () => Promise.reject(new Error("http only"));
  const some = await lifespan(joined(reply(200), scripted("b", log), throwing));
  assert.deepEqual([some.events.length, log.length], [2, 2]);
  const none = await lifespan(joined(reply(200), throwing));
  assert.deepEqual([none.events, none.error], [[], undefined]);
});

test("LIFE-7: one that fails fails the whole, after those that started were shut down", async () => {
  const log: string[] = [];
  const failed: SendEvent = { type: "lifespan.startup.failed", message: "no database" };
  const app = joined(scripted("a", log), scripted("b", log, { startup: failed }), scripted("c", log));
  const { events } = await lifespan(app);
  assert.deepEqual(events, [failed]);
  assert.deepEqual(log, ["a lifespan.startup", "b lifespan.startup", "a lifespan.shutdown"]);
});

test("a failing shutdown stops no other and is reported with the rest", async () => {
  const log: string[] = [];
  const crashing: App = async (_scope, receive, send) => {
    await receive();
    await send({ type: "lifespan.startup.complete" });
    await receive();
    throw new Error("crashed");
  };
  const failing = scripted("b", log, { shutdown: { type: "lifespan.shutdown.failed", message: "stuck" } });
  const { events } = await lifespan(joined(scripted("a", log), failing, crashing));
  assert.deepEqual(events.at(-1), { type: "lifespan.shutdown.failed", message: "Error: crashed; stuck" });
  assert.equal(log.at(-1), "a lifespan.shutdown");
});

test("an app that ends between startup and shutdown does not hold up the others", async () => {
  const log: string[] = [];
  const brief: App = async (_scope, receive, send) => {
    await receive();
    await send({ type: "lifespan.startup.complete" });
  };
  const { events } = await lifespan(joined(brief, scripted("b", log)));
  assert.deepEqual([events.at(-1)?.type, log.length], ["lifespan.shutdown.complete", 2]);
});

test("all apps share the state", async () => {
  const writer: App = async (scope) => void (scope.state!["db"] = "open");
  const seen: unknown[] = [];
  const reader: App = async (scope) => void seen.push(scope.state!["db"]);
  await lifespan(joined(writer, reader));
  assert.deepEqual(seen, ["open"]);
});

test("answers out of place reject with their rule and change nothing", async () => {
  const rules: string[] = [];
  const wrong: App = async (_scope, receive, send) => {
    const attempt = (event: SendEvent) =>
      send(event).catch((error: { rule: string }) => rules.push(error.rule));
    await attempt({ type: "lifespan.startup.complete" });
    await receive();
    await attempt({ type: "lifespan.shutdown.complete" });
    await attempt({ type: "http.response.start", status: 200 });
    await send({ type: "lifespan.startup.complete" });
    await attempt({ type: "lifespan.startup.complete" });
    await receive();
    await send({ type: "lifespan.shutdown.complete" });
  };
  const { events } = await lifespan(joined(wrong, reply(200)));
  assert.deepEqual(rules, ["LIFE-3", "LIFE-4", "APP-13", "LIFE-3"]);
  assert.equal(events.length, 2);
});

test("APP-9: a wait for shutdown that is given up consumes nothing", async () => {
  const log: string[] = [];
  const patient: App = async (_scope, receive, send) => {
    await receive();
    await send({ type: "lifespan.startup.complete" });
    for (const signal of [AbortSignal.abort(new Error("before")), abortSoon()])
      await receive({ signal }).catch((error: Error) => log.push(error.message));
    log.push((await receive()).type);
    await send({ type: "lifespan.shutdown.complete" });
  };
  let release = (): void => undefined;
  const gate = new Promise<ReceiveEvent>(
    (resolve) => (release = () => resolve({ type: "lifespan.shutdown" })),
  );
  const events: ReceiveEvent[] = [{ type: "lifespan.startup" }];
  const receive = (): Promise<ReceiveEvent> => Promise.resolve(events.shift() ?? gate);
  const running = joined(patient, reply(200))(lifespanScope(), receive, async () => undefined);
  while (log.length < 2) await new Promise((resolve) => setImmediate(resolve));
  release();
  await running;
  assert.deepEqual(log, ["before", "later", "lifespan.shutdown"]);
});

function abortSoon(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort(new Error("later")));
  return controller.signal;
}
