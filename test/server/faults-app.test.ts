/** Apps that throw, never answer, answer late or out of turn: the process lives, the client is never deceived. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "tack";
import { ContractError, HttpError } from "tack/http/errors";
import type { Running } from "#src/server/handler.js";
import { connected, GET, httpApp, okApp, restOf, started } from "./server-tools.js";

const CLOSE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

const START = { type: "http.response.start", status: 200 } as const;
const PIECE = { type: "http.response.body", body: "piece", more: true } as const;
const LAST = { type: "http.response.body", body: "last" } as const;

/** Nothing that was thrown may end the process, whatever it is. */
const THROWN: readonly unknown[] = [
  new Error("plain"),
  undefined,
  null,
  0,
  "text",
  Symbol("symbol"),
  Object.create(null),
  { toString: () => { throw new Error("from toString"); } },
  Object.defineProperty(new Error("stack"), "stack", { get: () => { throw new Error("from stack"); } }),
  Object.assign(new Error("status"), { status: 204 }),
  new HttpError(503, "busy"),
  new HttpError(404, "gone", { headers: [["x-a", "b\r\nx: y"]] }),
]; // prettier-ignore

/** Asks once; all that comes, and proof that the next client is served by a healthy path of the same app. */
async function askThenOther(running: Running): Promise<string> {
  const connection = await connected(running);
  await connection.write(CLOSE);
  const text = await restOf(connection);
  const other = await connected(running);
  await other.write("GET /fine HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assert.match(await restOf(other), /^HTTP\/1\.1 200 [^]*ok$/);
  return text;
}

function faulty(fault: App): App {
  return httpApp(async (scope, receive, send) => {
    if (scope.type === "http" && scope.path === "/fine") return okApp(scope, receive, send);
    return fault(scope, receive, send);
  });
}

for (const [index, thrown] of THROWN.entries()) {
  test(`HTTP-27: thrown before anything (${index}): one well-formed error answer`, async () => {
    const running = await started(faulty(() => Promise.reject(thrown)));
    assert.match(await askThenOther(running), /^HTTP\/1\.1 [45]\d\d [^]*\r\n\r\n/);
  });

  test(`HTTP-28: thrown inside the body (${index}): the answer is visibly not whole`, async () => {
    const app = faulty(async (_scope, _receive, send) => {
      await send(START);
      await send(PIECE);
      throw thrown;
    });
    const text = await askThenOther(await started(app));
    assert.doesNotMatch(text, /0\r\n\r\n$/);
  });

  test(`thrown after the end (${index}): the answer is whole`, async () => {
    const app = faulty(async (_scope, _receive, send) => {
      await send(START);
      await send(LAST);
      throw thrown;
    });
    assert.match(await askThenOther(await started(app)), /^HTTP\/1\.1 200 [^]*last$/);
  });

  test(`CONN-7: thrown by listeners (${index}): logged, and no harm to the exchange`, async () => {
    const said: string[] = [];
    const app = faulty(async (scope, _receive, send) => {
      if (scope.type !== "http") return;
      const fail = (): never => {
        throw thrown;
      };
      scope.connection.onComplete(fail);
      scope.connection.onComplete(() => Promise.reject(thrown));
      scope.connection.onDisconnect(fail);
      scope.transport?.onHighWater(fail);
      scope.transport?.onDrain(() => Promise.reject(thrown));
      await send(START);
      await send({ type: "http.response.body", body: "x".repeat(300_000), more: true });
      await send(LAST);
    });
    const running = await started(app, { log: ({ message }) => void said.push(message) });
    assert.match(await askThenOther(running), /^HTTP\/1\.1 200 [^]*0\r\n\r\n$/);
    assert.ok(said.filter((message) => message.includes("listener failed")).length >= 2, said.join("\n"));
  });
}

test("an app that throws at once, without a promise, is answered for", async () => {
  const app = ((scope, receive, send) => {
    if (scope.type === "http" && scope.path === "/fine") return okApp(scope, receive, send);
    throw new Error("no promise");
  }) as App;
  assert.match(await askThenOther(await started(app)), /^HTTP\/1\.1 500 /);
});

test("an app that never answers is cut off by the request timeout, and its late answer goes nowhere", async () => {
  let answerLate = async (): Promise<void> => undefined;
  const app = faulty(async (_scope, _receive, send) => {
    await new Promise<void>((resolve) => {
      answerLate = async () => {
        await send(START);
        await send(LAST);
        resolve();
      };
    });
  });
  const text = await askThenOther(await started(app, { requestTimeoutMs: 60 }));
  assert.match(text, /^HTTP\/1\.1 503 [^]*connection: close/);
  await answerLate();
});

test("sends after the end that nobody awaits do not end the process, and nothing of them leaves", async () => {
  let send: Parameters<App>[2] | undefined;
  const app = faulty(async (_scope, _receive, its) => {
    send = its;
    await its(START);
    await its(LAST);
    void its(LAST);
    void its(START);
    void its(undefined as never);
    void its({ type: Object.create(null) } as never);
    setImmediate(() => void its(LAST));
  });
  const running = await started(app);
  const connection = await connected(running);
  await connection.write(GET + CLOSE);
  const text = await restOf(connection);
  assert.equal(text.split("HTTP/1.1 200 ").length - 1, 2);
  assert.equal(text.split("last").length - 1, 2);
  await assert.rejects(send!(LAST), ContractError);
});

test("APP-7: sends that overlap are refused, not mixed", async () => {
  const app = faulty(async (_scope, _receive, send) => {
    await send(START);
    const first = send({ type: "http.response.body", body: "x".repeat(1_000_000), more: true });
    await assert.rejects(send(LAST), /APP-7/);
    await first;
    await send(LAST);
  });
  assert.match(await askThenOther(await started(app)), /last\r\n0\r\n\r\n$/);
});

test("an app may call abort at every point; the client sees no whole answer", async () => {
  for (const events of [[], [START], [START, PIECE]]) {
    const app = faulty(async (scope, _receive, send) => {
      if (scope.type !== "http") return;
      for (const event of events) await send(event);
      scope.connection.abort("enough");
      scope.connection.abort("again");
      await send(LAST);
    });
    const text = await askThenOther(await started(app));
    assert.doesNotMatch(text, /last|0\r\n\r\n$/);
  }
});
