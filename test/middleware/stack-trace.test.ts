import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError } from "#src/http/errors.js";
import { stackTrace, type StackTraceOptions } from "#src/middleware/stack-trace.js";
import type { App } from "#src/pagi/app.js";
import type { SendEvent } from "#src/pagi/event.js";
import type { ExchangeScope } from "#src/pagi/scope.js";
import { fakeExchange } from "./fake-exchange.js";

const broken: App = async () => {
  throw new Error("no database", { cause: new Error("<refused>") });
};

const missing: App = async () => {
  throw new HttpError(404, "no such page");
};

const late: App = async (_scope, _receive, send) => {
  await send({ type: "http.response.start", status: 200 });
  throw new Error("late");
};

async function brokenRenderer(): Promise<string> {
  throw new Error("renderer");
}

interface Asked extends StackTraceOptions {
  readonly accept?: string;
  readonly app?: App;
  readonly method?: string;
  readonly type?: ExchangeScope["type"];
}

async function answer({ accept, app = broken, method = "GET", type = "http", ...options }: Asked) {
  const headers = accept === undefined ? [] : ([["accept", accept]] as const);
  const exchange = fakeExchange({ headers, method, type });
  await exchange.call(stackTrace(options)(app));
  const [start, body] = exchange.sent as [
    SendEvent & { headers: [string, string][] },
    SendEvent & { body: string },
  ];
  return { start, type: start.headers[0]?.[1], body: body.body };
}

test("a browser gets HTML with the message and the source line", async () => {
  const { start, type, body } = await answer({ accept: "text/html,*/*" });
  assert.equal("status" in start && start.status, 500);
  assert.equal(type, "text/html; charset=utf-8");
  assert.match(body, /no database/);
  assert.match(body, /stack-trace\.test/);
});

test("the page hides cookies and credentials of the request", async () => {
  // Joined, so that the source lines the page shows do not hold it.
  const secret = ["tops", "3cret"].join("");
  const headers = [
    ["accept", "text/html"],
    ["cookie", `session=${secret}`],
  ] as const;
  const exchange = fakeExchange({ headers });
  await exchange.call(stackTrace()(broken));
  const text = JSON.stringify(exchange.sent);
  assert.equal(text.includes(secret), false);
  assert.match(text, /\(hidden\)/);
});

test("another client gets text with the causes, or JSON when it asks for it", async () => {
  const text = await answer({ accept: "*/*" });
  assert.equal(text.type, "text/plain; charset=utf-8");
  assert.match(text.body, /^Error: no database\n\s+at [^]*\ncaused by Error: <refused>\n/);
  const json = await answer({ accept: "application/json" });
  assert.equal(json.type, "application/json");
  const { error } = JSON.parse(json.body);
  assert.equal(error.message, "no database");
  assert.equal(error.causes[0].message, "<refused>");
  assert.ok(error.stack.length > 0);
});

test("a renderer that fails falls back to text", async () => {
  const { type, body } = await answer({ accept: "text/html", render: brokenRenderer });
  assert.equal(type, "text/plain; charset=utf-8");
  assert.match(body, /no database/);
});

test("what is thrown need not be an error", async () => {
  for (const thrown of [undefined, "text", { a: 1 }, 5n]) {
    const app: App = async () => {
      throw thrown;
    };
    assert.match((await answer({ app })).body, /^thrown value: /);
    assert.match((await answer({ app, accept: "text/html" })).type ?? "", /^text\//);
  }
});

test("the error is told once", async () => {
  const told: unknown[] = [];
  await answer({ onError: (error) => told.push(error) });
  assert.equal((told as Error[])[0]?.message, "no database");
  assert.equal(told.length, 1);
});

test("HEAD gets no body, and sse and websocket are refused with the page", async () => {
  assert.equal((await answer({ method: "HEAD" })).body, "");
  for (const type of ["sse", "websocket"] as const) {
    assert.equal((await answer({ type })).start.type, "http.response.start");
  }
});

test("errors below 500, and errors after the start, pass through (MID-2)", async () => {
  await assert.rejects(answer({ app: missing }), /no such page/);
  await assert.rejects(answer({ app: late }), /late/);
});
