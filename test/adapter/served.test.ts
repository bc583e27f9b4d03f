/** The adapters over real sockets: what a client sees of streaming, pace, loss and framing. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { fromFetch } from "#src/adapter/fetch.js";
import { fromPsgi, toPsgi } from "#src/adapter/psgi.js";
import type { App } from "#src/pagi/app.js";
import type { PsgiWriter } from "#src/psgi/response.js";
import { serve } from "#src/server/server.js";
import { createLiveClient, type LiveClient } from "#src/testing/index.js";

const TEXT = ["Content-Type", "text/plain"];
const MEGABYTE = new Uint8Array(1_048_576);

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

/** Waits, turn by turn, until `check` holds. */
async function until(check: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!check()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${String(check)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits until `count` stands still for a while of turns. */
async function standstill(count: () => number): Promise<number> {
  let last = -1;
  for (let calm = 0; calm < 200; calm++) {
    if (count() !== last) calm = 0;
    last = count();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return last;
}

/** An app of each form whose body never ends, with what happened to it. */
function endless(): Record<string, { app: App; made: number; ended: number }> {
  const streams = {
    psgi: { made: 0, ended: 0 },
    fetch: { made: 0, ended: 0 },
    writer: { made: 0, ended: 0 },
  };
  const handle = {
    getline: () => (streams.psgi.made++, MEGABYTE),
    close: () => void streams.psgi.ended++,
  };
  const pull = (controller: ReadableStreamDefaultController): void => {
    streams.fetch.made++;
    controller.enqueue(MEGABYTE);
  };
  const write = async (writer: PsgiWriter): Promise<void> => {
    while (await writer.write(MEGABYTE)) streams.writer.made++;
    assert.equal(writer.signal.aborted, true);
    streams.writer.ended++;
  };
  const source = { pull, cancel: () => void streams.fetch.ended++ };
  const fetchApp = fromFetch(() => new Response(new ReadableStream(source, { highWaterMark: 0 })));
  return {
    psgi: Object.assign(streams.psgi, { app: fromPsgi(() => [200, TEXT, handle]) }),
    fetch: Object.assign(streams.fetch, { app: fetchApp }),
    writer: Object.assign(streams.writer, {
      app: fromPsgi(() => (respond) => write(respond([200, TEXT]))),
    }),
    "psgi, fetch behind toPsgi": Object.assign(streams.fetch, { app: fromPsgi(toPsgi(fetchApp)) }),
  };
}

for (const name of Object.keys(endless())) {
  test(`a stalled reader paces an endless ${name} body, and leaving ends it once`, async (context) => {
    const stream = endless()[name]!;
    const client = await served(context, stream.app);
    const exchange = client.open();
    assert.equal((await exchange.head()).status, 200);
    await exchange.read();
    assert.ok((await standstill(() => stream.made)) < 40, `${stream.made} megabytes made`);
    exchange.disconnect();
    await until(() => stream.ended > 0);
    const made = await standstill(() => stream.made);
    assert.deepEqual([stream.ended, stream.made], [1, made]);
    assert.deepEqual(
      client.log.filter((line) => line.startsWith("error")),
      [],
    );
  });
}

test("an idle fetch stream is cancelled when the client leaves, and the signal aborts", async (context) => {
  let reason: unknown;
  let signal: AbortSignal | undefined;
  const app = fromFetch((request) => {
    signal = request.signal;
    return new Response(new ReadableStream({ cancel: (why) => void (reason = why) }));
  });
  const client = await served(context, app);
  const exchange = client.open();
  assert.equal((await exchange.head()).status, 200);
  exchange.disconnect();
  await until(() => reason !== undefined && signal!.aborted);
  assert.match(String(reason), /ClosedError: the client has gone/);
});

test("the signal stays silent on a normal GET and POST", async (context) => {
  const signals: AbortSignal[] = [];
  const app = fromFetch(async (request) => {
    signals.push(request.signal);
    return new Response(await request.text());
  });
  const client = await served(context, app);
  assert.equal((await client.request({ method: "POST", body: "hello" })).text(), "hello");
  assert.equal((await client.request()).text(), "");
  await standstill(() => signals.length);
  assert.deepEqual(
    signals.map((signal) => signal.aborted),
    [false, false],
  );
});

async function* pieces(): AsyncGenerator<string> {
  for (let count = 0; count < 200; count++) yield "x".repeat(1000);
}

for (const [name, app] of Object.entries({
  psgi: fromPsgi((env) => [200, TEXT, env["psgi.input"]]),
  fetch: fromFetch((request) => new Response(request.body)),
  "psgi and back": fromPsgi(toPsgi(fromFetch((request) => new Response(request.body)))),
})) {
  test(`a chunked upload of 200 kB comes back through ${name}`, async (context) => {
    const client = await served(context, app);
    const response = await client.request({ method: "POST", body: pieces() });
    assert.deepEqual([response.status, response.complete, response.body.byteLength], [200, true, 200_000]);
  });
}

for (const [name, app] of Object.entries({
  psgi: fromPsgi(() => [200, TEXT, ["ok"]]),
  fetch: fromFetch(() => new Response("ok")),
})) {
  test(`200 kB that a ${name} app leaves unread do not disturb the next request`, async (context) => {
    const client = await served(context, app);
    const connection = await client.connect();
    const body = "x".repeat(200_000);
    void connection.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    assert.equal((await connection.responses.head("POST")).status, 200);
    while ((await connection.responses.read()) !== undefined);
    void connection.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert.equal((await connection.responses.head("GET")).status, 200);
  });
}

test("HEAD on a streaming body pulls nothing and promises no length", async (context) => {
  let pulls = 0;
  const source = { pull: () => void pulls++ };
  const app = fromFetch(() => new Response(new ReadableStream(source, { highWaterMark: 0 })));
  const client = await served(context, app);
  const response = await client.request({ method: "HEAD" });
  assert.deepEqual([response.status, pulls, response.header("content-length")], [200, 0, undefined]);
});

test("204 and 304 go out without framing", async (context) => {
  const app = fromFetch((request) => new Response(null, { status: request.url.endsWith("304") ? 304 : 204 }));
  const client = await served(context, app);
  for (const status of [204, 304]) {
    const response = await client.request({ path: `/${status}` });
    assert.equal(response.status, status);
    assert.deepEqual(
      [response.header("content-length"), response.header("transfer-encoding")],
      [undefined, undefined],
    );
  }
});

test("a stream that fails mid-body is cut, never ended", async (context) => {
  let count = 0;
  const pull = async (controller: ReadableStreamDefaultController): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    if (++count === 3) throw new Error("broken");
    controller.enqueue(new Uint8Array(10));
  };
  const client = await served(
    context,
    fromFetch(() => new Response(new ReadableStream({ pull }))),
  );
  const response = await client.request();
  assert.deepEqual([response.status, response.complete], [200, false]);
});

test("Content-Length and Transfer-Encoding of the app are never both sent", async (context) => {
  const headers = { "content-length": "2", "transfer-encoding": "chunked" };
  const client = await served(
    context,
    fromFetch(() => new Response("ok", { headers })),
  );
  const response = await client.request();
  const framing = ["content-length", "transfer-encoding"].filter(
    (name) => response.header(name) !== undefined,
  );
  assert.deepEqual([response.text(), framing], ["ok", ["content-length"]]);
});

test("work after the response does not hold back the next request of the connection", async (context) => {
  let finish: (() => void) | undefined;
  const work = new Promise<void>((resolve) => (finish = resolve));
  const app = fromPsgi((env) => {
    if (env.PATH_INFO === "/slow") env["psgix.cleanup.handlers"]!.push(() => work);
    return [200, TEXT, [env.PATH_INFO]];
  });
  const client = await served(context, app);
  const connection = await client.connect();
  for (const path of ["/slow", "/next"]) {
    void connection.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    assert.equal((await connection.responses.head("GET")).status, 200);
    while ((await connection.responses.read()) !== undefined);
  }
  finish!();
});

test("PATH_INFO, REQUEST_URI and the url of an absolute-form target", async (context) => {
  const psgi = await served(
    context,
    fromPsgi((env) => [200, TEXT, [[env.PATH_INFO, env.REQUEST_URI, env["HTTP_HOST"]].join(" ")]]),
  );
  const path = "http://other.test/a%20b?c";
  assert.equal((await psgi.request({ path })).text(), "/a b /a%20b?c other.test");
  const fetch = await served(
    context,
    fromFetch((request) => new Response(request.url)),
  );
  assert.equal((await fetch.request({ path })).text(), "http://other.test/a%20b?c");
});
