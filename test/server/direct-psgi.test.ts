import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { fromPsgi } from "tack/adapter/psgi";
import type { App } from "tack";
import type { PsgiApp } from "tack/psgi/app";
import { createLiveClient } from "tack/testing";
import { directOf } from "#src/adapter/direct.js";
import { started } from "./server-tools.js";

const TEXT = ["Content-Type", "text/plain"];

/** Each is served directly and through the message form; nobody outside may tell the difference. */
const apps: Record<string, PsgiApp> = {
  "one text": () => [200, TEXT, ["hello"]],
  "several texts": () => [200, TEXT, ["he", "ll", "o"]],
  "no text": () => [204, [], []],
  bytes: () => [200, TEXT, [new TextEncoder().encode("bytes")]],
  "not ASCII": () => [200, TEXT, ["h\u00e9llo \u20ac"]],
  "a promise": async () => [200, TEXT, ["later"]],
  "a stream": () => [200, TEXT, Readable.from(["a", "b"])],
  "a delayed response": () => (respond) => void respond([200, TEXT, ["delayed"]]),
  "a written response": () => async (respond) => {
    const writer = respond([200, TEXT]);
    await writer.write("written");
    await writer.close();
  },
  "the path": (env) => [200, TEXT, [`${env.PATH_INFO} ${env.HTTP_HOST}`]],
  "all of env": (env) => [200, TEXT, [Object.keys({ ...env }).join(" ")]],
  "the body": async (env) => [200, TEXT, [(await env["psgi.input"].read()).toString()]],
  "several cookies": () => [200, [...TEXT, "Set-Cookie", "a=1", "Set-Cookie", "b=2"], ["x"]],
  "a bad status": () => [99, TEXT, ["x"]],
  "a bad header": () => [200, ["X", "a\r\nb"], ["x"]],
  nothing: () => undefined as never,
  "an error": () => {
    throw new Error("no");
  },
  "a rejection": async () => {
    throw new Error("no");
  },
};

for (const [name, psgi] of Object.entries(apps)) {
  test(`${name}: called directly or not, the answer is the same`, async () => {
    const app = fromPsgi(psgi);
    const plain: App = (scope, receive, send) => app(scope, receive, send);
    assert.notEqual(directOf(app), undefined);
    assert.equal(directOf(plain), undefined);
    const answers = await Promise.all(
      [app, plain].map(async (form) => {
        const client = createLiveClient((await started(form)).url);
        const { status, headers, body } = await client.request({
          method: "POST",
          path: "/p?q",
          body: "sent",
          headers: [["host", "h"]],
        });
        await client.close();
        return {
          status,
          headers: headers.filter(([field]) => field !== "date"),
          body: Buffer.from(body).toString(),
        };
      }),
    );
    assert.deepEqual(answers[0], answers[1]);
  });
}

test("EXT-9: cleanup handlers run after a direct answer too", async () => {
  const cleaned = new Promise<void>((resolve) => {
    const app = fromPsgi((env) => {
      env["psgix.cleanup.handlers"]?.push(() => resolve());
      return [200, TEXT, ["ok"]];
    });
    void started(app).then((running) => createLiveClient(running.url).request());
  });
  await cleaned;
});
