/**
 * The conformance suite on the module worker, inside of workerd. The apps of its cases are here: the worker tells them of
 * each call over a connection, so what they see and send has gone through the worker's scope, events and wire.
 */
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { serverSuite } from "#src/testing/server-suite.js";
import type { StartServer } from "#src/testing/suite-case.js";
import { workersOptions } from "./runtime/declared.js";
import { findRuntime } from "./runtime/find-runtime.js";
import { Relay } from "./runtime/relay.js";
import { relayWorker } from "./runtime/relay-worker.js";
import { startWorkerd } from "./runtime/start-workerd.js";

const program = findRuntime("workerd");
const codec = readFileSync(new URL("runtime/relay-codec.js", import.meta.url), "utf8");

const start: StartServer = async (app) => {
  const relay = await Relay.open(app);
  const setting = { modules: { "relay-codec.js": codec }, bindings: { RELAY: relay.address } };
  const workerd = await startWorkerd(program!, relayWorker, setting);
  const close = async (): Promise<void> => {
    await workerd.close();
    await relay.close();
  };
  return { url: workerd.url, close };
};

/** Cases in which app and client race: the way from the worker to the test and back decides them. */
const races: readonly string[] = ["ws-05", "ws-31"];

describe("workers on workerd", { skip: program === undefined && "needs workerd", concurrency: 4 }, () => {
  const cases = serverSuite(start, workersOptions).filter(({ id }) => !races.includes(id));
  for (const { title, run } of cases) test(title, run);
});
