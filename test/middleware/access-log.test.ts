import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError } from "#src/http/errors.js";
import { accessLog } from "#src/middleware/access-log.js";
import type { App } from "#src/pagi/app.js";
import type { DisconnectReason } from "#src/pagi/connection.js";
import type { SendEvent } from "#src/pagi/event.js";
import { fakeExchange } from "./fake-exchange.js";

function sends(...events: SendEvent[]): App {
  return async (_scope, _receive, send) => {
    for (const event of events) await send(event);
  };
}

const start: SendEvent = { type: "http.response.start", status: 200, headers: [["x-a", "1"]] };
const hello = sends(start, { type: "http.response.body", body: "héllo" });

const silent: App = async () => {};

function throws(error: unknown): App {
  return async () => {
    throw error;
  };
}

function file(length?: number): SendEvent {
  return { type: "http.response.body", file: "/x", ...(length === undefined ? {} : { length }) };
}

function refused(format: string): () => unknown {
  return () => accessLog({ format, sink: () => {} });
}

async function refuse(): Promise<void> {
  throw new Error("refused");
}

async function logged(
  app: App,
  format: string,
  { reason = null, ...scope }: Parameters<typeof fakeExchange>[0] & { reason?: DisconnectReason | null } = {},
): Promise<string> {
  const lines: string[] = [];
  const exchange = fakeExchange(scope);
  await exchange.call(accessLog({ format, sink: (line) => lines.push(line) })(app)).catch(() => {});
  assert.deepEqual(lines, []);
  await exchange.end(reason);
  assert.equal(lines.length, 1);
  return lines[0]!;
}

test("the common format is Apache's, in UTC", async () => {
  const line = await logged(hello, "common");
  assert.match(
    line,
    /^192\.0\.2\.7 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/a%20b\?q=1 HTTP\/1\.1" 200 6$/,
  );
});

test("the combined format adds referer and user agent", async () => {
  assert.match(await logged(hello, "combined"), / 200 6 "http:\/\/a\/" "test"$/);
});

test("every atom of an own format prints its fact", async () => {
  assert.equal(
    await logged(hello, "%m %U %q %H %s %>s %b %B %X %v %p %% %{X-A}o %{Host}i %{Nope}i %u"),
    "GET /a%20b ?q=1 HTTP/1.1 200 200 6 6 + example.org 8225 % 1 example.org - -",
  );
});

test("durations come in the unit that is asked for", async () => {
  const line = await logged(hello, "%d %D %T %{ms}T %{us}T %{s}T %{iso}t");
  assert.match(line, /^0\.\d{3} \d+ 0 \d+ \d+ 0 \d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test("JSON has numbers, nulls and names with units", async () => {
  const { time, durationMs, ...rest } = JSON.parse(await logged(hello, "json", { headers: [] }));
  assert.equal(new Date(time).toISOString(), time);
  assert.equal(typeof durationMs, "number");
  assert.deepEqual(rest, {
    type: "http",
    client: "192.0.2.7",
    method: "GET",
    path: "/a%20b",
    query: "q=1",
    protocol: "HTTP/1.1",
    host: null,
    status: 200,
    bodyBytes: 6,
    referer: null,
    userAgent: null,
    end: "complete",
  });
});

test("quotes, backslashes and control bytes of a client cannot forge a line", async () => {
  const headers = [["user-agent", 'a" 200\r\nb\\\u00e9\t']] as const;
  assert.equal(
    await logged(hello, '"%{User-Agent}i"', { headers }),
    String.raw`"a\" 200\x0d\x0ab\\\xe9\x09"`,
  );
});

test("an unknown atom, a lone percent sign and a misspelt preset are refused at the start", () => {
  assert.throws(refused("%Z"), /unknown atom %Z/);
  assert.throws(refused("%{x}h"), /unknown atom %\{x\}h/);
  assert.throws(refused("%{fortnights}T"), /unknown atom/);
  assert.throws(refused("100% %s"), /lone %/);
  assert.throws(() => accessLog({ sink: () => {}, fromat: "json" } as never), /unknown option "fromat"/);
  assert.throws(refused("combinde"), /"combinde" is no access log format/);
});

test("a client that leaves before the response is noted as 499, later with the status it got", async () => {
  assert.equal(await logged(silent, "%s %X", { reason: "client_closed" }), "499 X");
  assert.equal(await logged(sends(start), "%s %X", { reason: "client_closed" }), "200 X");
  assert.equal(await logged(silent, "%s", { reason: "client_timeout" }), "408");
  assert.equal(JSON.parse(await logged(silent, "json", { reason: "read_error" })).end, "read_error");
});

test("an app that throws is noted with the status of its error", async () => {
  assert.equal(await logged(throws(new Error("x")), "%s"), "500");
  assert.equal(await logged(throws(new HttpError(404, "no")), "%s"), "404");
});

test("a file counts by its length, by content-length, or honestly not at all", async () => {
  const declared: SendEvent = {
    type: "http.response.start",
    status: 200,
    headers: [["content-length", "9"]],
  };
  assert.equal(await logged(sends(start, file(7)), "%B"), "7");
  assert.equal(await logged(sends(declared, file()), "%B"), "9");
  assert.equal(await logged(sends(start, file()), "%B"), "-");
});

test("HEAD and 304 count no body", async () => {
  assert.equal(await logged(hello, "%B %b", { method: "HEAD" }), "0 -");
  const unchanged: SendEvent = { type: "http.response.start", status: 304 };
  assert.equal(await logged(sends(unchanged, { type: "http.response.body", body: "x" }), "%B"), "0");
});

test("event streams and WebSocket sessions are logged by payload", async () => {
  const stream = sends(
    { type: "sse.start" },
    { type: "sse.send", data: "abc" },
    { type: "sse.send", data: "d" },
  );
  assert.equal(await logged(stream, "%s %B", { type: "sse" }), "200 4");
  const socket = sends(
    { type: "websocket.accept" },
    { type: "websocket.send", text: "\u{1f600}" },
    { type: "websocket.send", bytes: new Uint8Array(3) },
  );
  assert.equal(await logged(socket, "%m %s %B", { type: "websocket" }), "GET 101 7");
  assert.equal(await logged(sends({ type: "websocket.close" }), "%s", { type: "websocket" }), "403");
});

test("a start that the server refused does not count", async () => {
  const lines: string[] = [];
  const exchange = fakeExchange();
  const app = accessLog({ format: "%s", sink: (line) => lines.push(line) })(sends(start));
  await assert.rejects(app(exchange.scope, async () => ({ type: "http.disconnect", reason: null }), refuse));
  await exchange.end();
  assert.deepEqual(lines, ["500"]);
});

test("a sink that throws or rejects breaks nothing", async () => {
  for (const sink of [
    () => {
      throw new Error("disk full");
    },
    async () => {
      throw new Error("disk full");
    },
  ]) {
    const exchange = fakeExchange();
    await exchange.call(accessLog({ sink })(hello));
    await exchange.end();
    assert.equal(exchange.sent.length, 2);
  }
});

test("a connection that the app takes for an upgrade is a 101 with bytes nobody knows", async () => {
  const taking: App = async (scope) => {
    if (scope.type === "http") scope.extensions.io!.take();
  };
  const socket = { write: () => true, end: () => {}, destroy: () => {}, on: () => {} };
  const extensions = { io: { take: () => ({ socket, head: new Uint8Array(0) }) } };
  const headers = [["upgrade", "websocket"]] as const;
  const scope = { extensions, headers, reason: "client_closed" } as const;
  assert.equal(await logged(taking, "%s %b", scope), "101 -");
  assert.equal(await logged(silent, "%s %b", scope), "499 -");
  assert.equal(await logged(hello, "%s %b", { ...scope, reason: null }), "200 6");
});
