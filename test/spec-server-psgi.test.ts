/** Rules of the request/response form that only a running server can show. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPsgi } from "#src/adapter/psgi.js";
import { standalone } from "#src/handler/standalone.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiEnv } from "#src/psgi/env.js";
import { createLiveClient, type LiveClient } from "#src/testing/live-client.js";

async function served(app: PsgiApp, work: (client: LiveClient) => Promise<void>): Promise<void> {
  const running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(fromPsgi(app));
  const client = createLiveClient(running.url);
  try {
    await work(client);
  } finally {
    await client.close();
    await running.close();
  }
}

const plain = ["Content-Type", "text/plain"];

test("APP-5: each request has an environment of its own", async () => {
  const seen = new Set<PsgiEnv>();
  const app: PsgiApp = (env) => {
    const mark = String(env["my.mark"]);
    env["my.mark"] = "used";
    seen.add(env);
    return [200, plain, [mark]];
  };
  await served(app, async (client) => {
    assert.equal((await client.request()).text(), "undefined");
    assert.equal((await client.request()).text(), "undefined");
  });
  assert.equal(seen.size, 2);
});

test("RES-12: an app's connection fields do not contradict the server's framing", async () => {
  const app: PsgiApp = () => [200, [...plain, "Transfer-Encoding", "gzip", "Connection", "x-odd"], ["Hello"]];
  await served(app, async (client) => {
    const response = await client.request();
    assert.equal(response.text(), "Hello");
    assert.equal(response.complete, true);
    assert.equal(
      response.headers.find(([, value]) => value.includes("gzip")),
      undefined,
    );
  });
});

test("DELAY-16: for HEAD a writer works and its pieces are dropped", async () => {
  const answers: boolean[] = [];
  const app: PsgiApp = () => async (respond) => {
    const writer = respond([200, plain]);
    answers.push(await writer.write("Hello"));
    await writer.close();
  };
  await served(app, async (client) => {
    const { status, body, complete } = await client.request({ method: "HEAD" });
    assert.deepEqual([status, body.length, complete], [200, 0, true]);
  });
  assert.deepEqual(answers, [true]);
});
