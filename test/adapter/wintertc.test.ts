/** The draft for WinterTC over real sockets: context, states, endings. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  fromWintertc,
  toWintertc,
  type WintertcContext,
  type WintertcHandler,
} from "#src/adapter/wintertc.js";
import type { App } from "#src/pagi/app.js";
import { BodyScript } from "#src/testing/index.js";
import { hosted, type Hosted, until } from "../support/hosted.js";

const MARKER: unique symbol = Symbol.for("wintertc.server.protocol") as never;

function served(context: TestContext, handler: WintertcHandler): Promise<Hosted> {
  return hosted(context, fromWintertc(handler));
}

/** A response with trailers, as the draft assumes of Fetch. */
function withTrailers(body: string, fields: Record<string, string>): Response {
  return Object.assign(new Response(body), { trailers: Promise.resolve(new Headers(fields)) });
}

test("the context tells addresses, protocol, encryption and priority", async (context) => {
  const seen: unknown[] = [];
  const client = await served(context, {
    fetch(ctx) {
      const { remoteAddress, localAddress, alpnProtocol, encrypted, serverName, clientPriority } = ctx;
      seen.push(remoteAddress, localAddress, [alpnProtocol, encrypted, serverName], clientPriority);
      ctx.serverPriority = { urgency: 1, incremental: false };
      return new Response(ctx.request.url);
    },
  });
  const connection = await client.connect();
  await connection.write("GET /a?b HTTP/1.1\r\nhost: x\r\npriority: u=1, i\r\nconnection: close\r\n\r\n");
  const text = Buffer.from(await connection.source.rest()).toString();
  assert.ok(text.endsWith("\r\n\r\nhttp://x/a?b"), text);
  const { address, port } = connection.local;
  assert.deepEqual(seen, [
    { address, port, family: "IPv4" },
    { address: "127.0.0.1", port: Number(new URL(client.url).port), family: "IPv4" },
    ["http/1.1", false, null],
    { urgency: 1, incremental: true },
  ]);
});

test("informational responses come in order, before the head; later and wrong ones throw", async (context) => {
  const names: string[] = [];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      names.push((error as Error).name);
    }
  };
  let late: (() => void) | undefined;
  const client = await served(context, {
    fetch(ctx) {
      ctx.sendInformational(103, { link: "</a.css>" });
      ctx.sendInformational(103, [["link", "</b.css>"]]);
      for (const status of [101, 200, 99.5]) attempt(() => ctx.sendInformational(status));
      attempt(() => ctx.sendInformational(100));
      attempt(() => ctx.deny());
      late = () => attempt(() => ctx.sendInformational(103));
      return new Response("ok");
    },
  });
  const exchange = client.open();
  assert.equal((await exchange.response()).text(), "ok");
  assert.deepEqual(
    exchange.informational.map(({ headers }) => headers),
    [[["link", "</a.css>"]], [["link", "</b.css>"]]],
  );
  late!();
  assert.deepEqual(names, [
    "RangeError",
    "RangeError",
    "RangeError",
    "NotSupportedError",
    "InvalidStateError",
    "InvalidStateError",
  ]);
});

test("trailers go both ways; where a length is declared the response keeps it and has none", async (context) => {
  const client = await served(context, {
    async fetch({ request }) {
      if (request.method === "HEAD" || request.url.endsWith("/length")) {
        const response = new Response("hello", { headers: { "content-length": "5" } });
        return Object.assign(response, { trailers: Promise.resolve(new Headers({ "x-sum": "1" })) });
      }
      const body = await request.text();
      const sum = (await request.trailers!).get("x-sum");
      return withTrailers(body, { "x-sum": `${sum}!`, "content-length": "999" });
    },
  });
  const trailers = [["x-sum", "42"]] as const;
  const response = await client.request({
    method: "POST",
    body: new BodyScript().push("body").end(),
    trailers,
  });
  assert.deepEqual([response.text(), response.trailers], ["body", [["x-sum", "42!"]]]);
  const plain = await client.request({ path: "/length" });
  assert.deepEqual([plain.text(), plain.header("content-length"), plain.trailers], ["hello", "5", []]);
  assert.equal((await client.request({ method: "HEAD" })).complete, true);
});

test("trailers that fail leave the response incomplete", async (context) => {
  const client = await served(context, {
    fetch: () => Object.assign(new Response("body"), { trailers: Promise.reject(new Error("no sum")) }),
  });
  assert.equal((await client.request()).complete, false);
});

test("completed is fulfilled by a whole response and rejected by a lost client, with the draft's code", async (context) => {
  const ends: unknown[] = [];
  const client = await served(context, {
    fetch(ctx) {
      assert.equal(ctx.completed, ctx.completed);
      ctx.completed!.then(
        () => ends.push("fulfilled"),
        (error: unknown) => ends.push((error as { readonly code: string }).code, error instanceof TypeError),
      );
      if (ctx.request.url.endsWith("/whole")) return new Response("whole");
      return new Response(
        new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) }),
      );
    },
  });
  await client.request({ path: "/whole" });
  await until(() => ends.length === 1);
  const exchange = client.open();
  await exchange.read();
  exchange.disconnect();
  await until(() => ends.length === 3);
  assert.deepEqual(ends, ["fulfilled", "ERR_HTTP_CONNECTION_RESET", true]);
});

test("a denied request gets no response, and its completed is fulfilled", async (context) => {
  let completed: Promise<undefined> | null = null;
  const client = await served(context, {
    fetch(ctx) {
      ctx.deny();
      completed = ctx.completed;
      return undefined;
    },
  });
  await assert.rejects(client.open().head());
  assert.equal(await completed!, undefined);
});

test("error() answers for what fetch() threw or failed to give; without an answer it is a 500", async (context) => {
  const handler: WintertcHandler = {
    fetch({ request }) {
      if (request.url.endsWith("/nothing")) return undefined;
      throw new Error(request.url.endsWith("/mild") ? "mild" : "grave");
    },
    error(_ctx, error) {
      if ((error as Error).message === "grave") return undefined;
      return new Response((error as Error).name, { status: 503 });
    },
  };
  const client = await served(context, handler);
  assert.deepEqual((await client.request({ path: "/mild" })).text(), "Error");
  assert.deepEqual((await client.request({ path: "/nothing" })).text(), "TypeError");
  assert.equal((await client.request({ path: "/grave" })).status, 500);
});

test("handlers are called as methods of their object, and waitUntil is waited for", async (context) => {
  const notes: string[] = [];
  const handler = {
    [MARKER]: 1,
    greeting: "hello",
    fetch(this: { readonly greeting: string }, ctx: WintertcContext) {
      ctx.waitUntil(new Promise((resolve) => setImmediate(resolve)).then(() => notes.push("done")));
      return new Response(this.greeting);
    },
  };
  const client = await served(context, handler);
  assert.equal((await client.request()).text(), "hello");
  await until(() => notes.length === 1);
});

test("no handler object, and another version of the draft, are refused", () => {
  assert.throws(() => fromWintertc({} as never), /fromWintertc: give it an object with `fetch\(context\)`/);
  const next = { [MARKER]: 2, fetch: () => new Response() };
  assert.throws(() => fromWintertc(next), /version 2 of the draft is not known; 1 is/);
  assert.throws(() => toWintertc(async () => {}, { rootpath: "/x" } as never), /unknown option "rootpath"/);
});

const hinting: App = async (scope, _receive, send) => {
  if (scope.type !== "http") return;
  await send({ type: "http.response.informational", status: 103, headers: [["link", "</x.css>"]] });
  await send({ type: "http.response.start", status: 200 });
  await send({ type: "http.response.body", body: String(scope.client) });
};

function contextFor(changes: Partial<WintertcContext>): WintertcContext {
  const nowhere = { address: "", port: 0, family: "IPv4" } as const;
  return {
    request: new Request("http://localhost/"),
    remoteAddress: nowhere,
    localAddress: nowhere,
    alpnProtocol: "http/1.1",
    encrypted: false,
    serverName: null,
    clientPriority: { urgency: 3, incremental: false },
    serverPriority: null,
    onpriority: null,
    autoContinue: true,
    completed: null,
    sendInformational: () => {
      throw new DOMException("cannot", "NotSupportedError");
    },
    deny: () => undefined,
    waitUntil: () => undefined,
    ...changes,
  };
}

test("toWintertc is marked, and lives with a platform that knows little and sends no hints", async () => {
  const handler = toWintertc(hinting);
  assert.equal((handler as object as { readonly [MARKER]: unknown })[MARKER], 1);
  const response = await handler.fetch(contextFor({}));
  assert.equal(await response!.text(), "undefined");
});

test("an abort before the head is a denial", async () => {
  const denials: unknown[] = [];
  const app: App = async (scope) => {
    if (scope.type === "http") scope.connection.abort();
  };
  const deny = (error: unknown): void => void denials.push((error as { readonly code: string }).code);
  assert.equal(await toWintertc(app).fetch(contextFor({ deny })), undefined);
  assert.deepEqual(denials, ["ERR_HTTP_INTERNAL_ERROR"]);
});
