/** What one middleware does to every kind of scope, on a running server: a guard, a header filter, a mount, a log. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { test } from "node:test";
import { WebSocket } from "ws";
import { editHead } from "#src/compose/edit-head.js";
import { filterResponse } from "#src/compose/filter-response.js";
import { guard } from "#src/compose/guard.js";
import { mount } from "#src/compose/mount.js";
import { reply } from "#src/compose/reply.js";
import { when } from "#src/compose/when.js";
import { wrap } from "#src/compose/wrap.js";
import { hasHeader } from "#src/http/headers.js";
import { accessLog } from "#src/middleware/access-log.js";
import { lint } from "#src/middleware/lint.js";
import type { App } from "#src/pagi/app.js";
import { handshake } from "../support/http2-sessions.js";
import { ask as askStream, session } from "./http2/http2-tools.js";
import { started } from "./server-tools.js";

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
  } else {
    await send({ type: "websocket.accept" });
    await send({ type: "websocket.send", text });
    await send({ type: "websocket.close" });
  }
};

const lines: string[] = [];
let isLogged: () => void = () => undefined;
function sink(line: string): void {
  lines.push(line);
  isLogged();
}

/** As somebody would write it who thinks of none of them in particular. */
const app = wrap(
  inner,
  lint(),
  accessLog({ sink, format: "%m %U %s %B %X" }),
  (next) => editHead(next, (head) => head.set("x-filtered", "yes")),
  (next) => filterResponse(next, (head) => head.set("x-answered", String(head.status))),
  (next) => guard(next, ({ headers }) => (hasHeader(headers, "authorization") ? undefined : reply(401))),
  (next) => mount({ "/below": next }),
  when(
    ({ path }) => path.endsWith("/marked"),
    (next) => editHead(next, (head) => head.set("x-marked", "1")),
  ),
  lint(),
);

const running = await started(app);

/** What a client sees, whatever it asked for. */
interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

type Ask = (path: string, headers: Record<string, string>) => Promise<Seen>;

async function ask(path: string, headers: Record<string, string>): Promise<Seen> {
  const response = await fetch(running.url + path, { headers });
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

async function askHttp2(path: string, headers: Record<string, string>): Promise<Seen> {
  const client = await session(running);
  const answer = await askStream(client, { ":path": path, ...headers });
  client.close();
  return { ...answer, headers: answer.headers as IncomingHttpHeaders };
}

function askSession(path: string, headers: Record<string, string>): Promise<Seen> {
  return new Promise((resolve) => {
    const session = new WebSocket(running.url + path, { headers });
    let text = "";
    let answer: IncomingMessage;
    session.on("upgrade", (response) => (answer = response));
    session.on("message", (data) => (text = String(data)));
    session.on("close", () => resolve({ status: 101, headers: answer.headers, text }));
    session.on("unexpected-response", (request, response) => {
      resolve({ status: response.statusCode!, headers: response.headers, text });
      request.destroy();
    });
  });
}

const EVENTS = { accept: "text/event-stream" };

/** A close frame of a client, with the code 1000. */
const GOODBYE = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);

/** An extended CONNECT (RFC 8441): a text frame comes, then a close frame, which is answered. */
async function askStreamSession(path: string, headers: Record<string, string>): Promise<Seen> {
  const client = await session(running);
  const stream = client.request(handshake({ ":path": path, ...headers }), { endStream: false });
  const [head] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status": number }];
  let bytes = Buffer.alloc(0);
  stream.on("data", (piece: Buffer) => {
    bytes = Buffer.concat([bytes, piece]);
    if (bytes[0] === 0x81 && bytes.length > 2 + bytes[1]! && !stream.writableEnded) stream.end(GOODBYE);
  });
  await once(stream, "close");
  client.close();
  const text = bytes[0] === 0x81 ? bytes.toString("utf8", 2, 2 + bytes[1]!) : bytes.toString();
  return { status: head[":status"], headers: head, text };
}

/** How each kind of scope is asked for, and what success is. */
const kinds: Readonly<Record<string, readonly [ask: Ask, success: number, logged?: number]>> = {
  http: [ask, 200],
  sse: [(path, headers) => ask(path, { ...EVENTS, ...headers }), 200],
  websocket: [askSession, 101],
  "http over HTTP/2": [askHttp2, 200],
  "sse over HTTP/2": [(path, headers) => askHttp2(path, { ...EVENTS, ...headers }), 200],
  "websocket over HTTP/2": [askStreamSession, 200, 101],
};

/** The line of the exchange that `asking` makes. */
async function lineOf(asking: Promise<Seen>): Promise<string> {
  const told = new Promise<void>((resolve) => (isLogged = resolve));
  await asking;
  await told;
  return lines.at(-1) ?? "";
}

for (const [kind, [asks, success, logged = success]] of Object.entries(kinds)) {
  const type = kind.split(" ", 1)[0]!;
  test(`MID-8: ${kind}: a guard answers who may not, and the filter and the log see it`, async () => {
    const asking = asks("/below/a", {});
    assert.match(await lineOf(asking), /^\S+ \/below\/a 401 0 \+$/);
    const { status, headers } = await asking;
    assert.deepEqual([status, headers["x-answered"], headers["x-filtered"]], [401, "401", "yes"]);
  });

  test(`MID-1: ${kind}: who may gets through the mount, the filter and the log`, async () => {
    const asking = asks("/below/a", { authorization: "yes" });
    assert.match(await lineOf(asking), new RegExp(`^\\S+ /below/a ${logged} ${type.length + 13} \\+$`));
    const { status, headers, text } = await asking;
    assert.deepEqual([status, headers["x-filtered"]], [success, "yes"]);
    assert.ok(text.includes(`${type} at /below /a`), text);
  });

  test(`PATH-2: ${kind}: where nothing is mounted is a 404, and when acts where it should`, async () => {
    assert.equal((await asks("/other", { authorization: "yes" })).status, 404);
    const { headers } = await asks("/below/marked", { authorization: "yes" });
    assert.equal(headers["x-marked"], "1");
  });
}
