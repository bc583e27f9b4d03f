/** What leaves the form of the contract: interim responses, files, refusals. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type TestContext, test } from "node:test";
import { fromFetch } from "#src/adapter/fetch.js";
import { fromPsgi, toPsgi } from "#src/adapter/psgi.js";
import type { App } from "#src/pagi/app.js";
import { serve } from "#src/server/server.js";
import { createLiveClient, type LiveClient } from "#src/testing/index.js";

const TEXT = ["Content-Type", "text/plain"];
const here = fileURLToPath(import.meta.url);

async function served(context: TestContext, app: App): Promise<LiveClient & { log: string[] }> {
  const log: string[] = [];
  const running = await serve(app, { log: ({ level, message }) => void log.push(`${level}: ${message}`) });
  const client = createLiveClient(running.url);
  context.after(async () => {
    await client.close();
    await running.close({ graceMs: 0 });
  });
  return Object.assign(client, { log });
}

for (const [name, app] of Object.entries({
  psgi: fromPsgi(async (env) => {
    await env["psgix.informational"]!(103, ["Link", "</a.css>"]);
    return [200, TEXT, ["ok"]];
  }),
  fetch: fromFetch(async (_, context) => {
    await context.informational(103, [["link", "</a.css>"]]);
    return new Response("ok");
  }),
})) {
  test(`EXT-11: a 103 of a ${name} app reaches the client before the response`, async (context) => {
    const client = await served(context, app);
    const response = await client.request();
    assert.deepEqual(response.informational, [{ status: 103, headers: [["link", "</a.css>"]] }]);
    assert.equal(response.text(), "ok");
  });
}

test("BODY-11: a file is sent by the server with its length, in part when asked for, and through toPsgi", async (context) => {
  const app = fromPsgi(() => [200, TEXT, { path: here, offset: 0, length: 3 }]);
  const client = await served(context, app);
  const behind = await served(context, fromPsgi(toPsgi(app)));
  for (const response of [await client.request(), await behind.request()]) {
    assert.deepEqual([response.text(), response.header("content-length")], ["/**", "3"]);
  }
});

test("BODY-8: a file that is not there is answered with 500, and closed", async (context) => {
  let closes = 0;
  const client = await served(
    context,
    fromPsgi(() => [200, TEXT, { path: "/no/such/file", close: () => closes++ }]),
  );
  assert.deepEqual([(await client.request()).status, closes], [500, 1]);
});

test("a request body over the limit of bufferInput is answered with 413", async (context) => {
  const app = fromPsgi(() => assert.fail("called"), { bufferInput: 10 });
  const client = await served(context, app);
  assert.equal((await client.request({ method: "POST", body: "x".repeat(11) })).status, 413);
});

test("APP-2: what is no Response is answered with 500 and said in the log", async (context) => {
  const client = await served(
    context,
    fromFetch(() => "text" as never),
  );
  assert.equal((await client.request()).status, 500);
  assert.match(client.log.join(), /APP-2: a fetch handler returns a Response, not text/);
});
