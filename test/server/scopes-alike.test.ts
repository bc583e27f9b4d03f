/** What one middleware does to every kind of scope, on a running server: a guard, a header filter, a mount, a log. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { editHead } from "#src/compose/edit-head.js";
import { filterResponse } from "#src/compose/filter-response.js";
import { guard } from "#src/compose/guard.js";
import { mount } from "#src/compose/mount.js";
import { reply } from "#src/compose/reply.js";
import { when } from "#src/compose/when.js";
import { wrap } from "#src/compose/wrap.js";
import { getHeader } from "#src/http/headers.js";
import { accessLog } from "#src/middleware/access-log.js";
import { lint } from "#src/middleware/lint.js";
import type { App } from "#src/pagi/app.js";
import { LiveConnection } from "#src/testing/live-connection.js";
import { connected, restOf, started } from "./server-tools.js";

/** Speaks the language of every scope; says where it is. */
const inner: App = async (scope, receive, send) => {
  if (scope.type === "lifespan") return;
  await receive();
  const text = `${scope.type} at ${scope.rootPath} ${scope.path}`;
  if (scope.type === "http") {
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: text });
  } else if (scope.type === "sse") {
    await send({ type: "sse.start" });
    await send({ type: "sse.send", data: text });
    await send({ type: "sse.close" });
  }
};

const lines: string[] = [];
const isMember = (headers: readonly (readonly [string, string])[]): boolean =>
  getHeader(headers, "authorization") === "yes";

/** As somebody would write it who thinks of none of them in particular. */
const app = wrap(
  inner,
  lint(),
  accessLog({ sink: (line) => lines.push(line), format: "%m %U %s %B %X" }),
  (next) => editHead(next, (head) => head.set("x-filtered", "yes")),
  (next) => filterResponse(next, (head) => head.set("x-answered", String(head.status))),
  (next) => guard(next, ({ headers }) => (isMember(headers) ? undefined : reply(401, {}, "who are you?"))),
  (next) => mount({ "/below": next }),
  when(
    (scope) => scope.path.endsWith("/marked"),
    (next) => editHead(next, (head) => head.set("x-marked", "1")),
  ),
  lint(),
);

/** What a client sends to get each kind of scope. */
const kinds: Readonly<Record<string, string>> = { http: "", sse: "accept: text/event-stream\r\n" };

async function ask(connection: LiveConnection, fields: string, path = "/below/a"): Promise<string> {
  await connection.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${fields}\r\n`);
  return restOf(connection);
}

const running = await started(app);

for (const [kind, fields] of Object.entries(kinds)) {
  test(`MID-8: ${kind}: a guard answers who may not`, async () => {
    const said = await ask(await connected(running), fields);
    assert.match(said, /^HTTP\/1\.1 401 /);
    assert.match(said, /\r\nx-answered: 401\r\n/);
    assert.match(said, /\r\nx-filtered: yes\r\n/);
    assert.ok(said.endsWith("who are you?"));
    assert.equal(lines.at(-1), "GET /below/a 401 12 +");
  });

  test(`MID-1: ${kind}: who may gets through the mount, the filter and the log`, async () => {
    const said = await ask(await connected(running), `authorization: yes\r\n${fields}`);
    assert.match(said, /^HTTP\/1\.1 200 /);
    assert.match(said, /\r\nx-filtered: yes\r\n/);
    assert.ok(said.includes(`${kind} at /below /a`));
    assert.equal(lines.at(-1), `GET /below/a 200 ${kind.length + 13} +`);
  });

  test(`PATH-2: ${kind}: where nothing is mounted is a 404, and when acts where it should`, async () => {
    assert.match(
      await ask(await connected(running), `authorization: yes\r\n${fields}`, "/other"),
      /^HTTP\/1\.1 404 /,
    );
    const marked = await ask(await connected(running), `authorization: yes\r\n${fields}`, "/below/marked");
    assert.match(marked, /\r\nx-marked: 1\r\n/);
  });
}
