/** Lifespan, time and endings of a Lambda function. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { PassThrough, Writable } from "node:stream";
import { test } from "node:test";
import { lambda, type LambdaPlatform } from "#src/handler/lambda.js";
import type { App } from "#src/pagi/app.js";
import type { LambdaContext } from "#src/pagi/extension.js";
import { platform } from "./lambda/bootstrap.js";

const event: unknown = JSON.parse(readFileSync("test/handler/lambda/events/function-url.json", "utf8"));

function contextWith(remainingMs: number): LambdaContext {
  return {
    awsRequestId: "1",
    functionName: "tack",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => remainingMs,
  };
}

/** Counts its lifespan, fails startup as often as asked, and answers with its state. */
function living(notes: string[], failures = 0): App {
  let left = failures;
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") {
      await receive();
      notes.push("startup");
      if (left-- > 0) return send({ type: "lifespan.startup.failed", message: "no database" });
      scope.state!["id"] = notes.length;
      await send({ type: "lifespan.startup.complete" });
      await receive();
      notes.push("shutdown");
      return send({ type: "lifespan.shutdown.complete" });
    }
    if (scope.type !== "http") return;
    const headers = [["content-type", "application/json"]] as const;
    await send({ type: "http.response.start", status: 200, headers });
    await send({ type: "http.response.body", body: JSON.stringify(scope.state) });
  };
}

test("startup runs once for an instance, its state is shared, shutdown is told", async () => {
  const notes: string[] = [];
  const handler = lambda(living(notes));
  const answers = await Promise.all([handler(event), handler(event)]);
  assert.deepEqual(
    [...answers, await handler(event)].map(({ body }) => body),
    ['{"id":1}', '{"id":1}', '{"id":1}'],
  );
  await Promise.all([handler.shutdown(), handler.shutdown()]);
  assert.deepEqual(notes, ["startup", "shutdown"]);
  assert.equal((await handler(event)).statusCode, 503);
});

test("a startup that fails is a 500 and in the log, and the next invocation tries again", async () => {
  const logged: string[] = [];
  const notes: string[] = [];
  const handler = lambda(living(notes, 2), { log: ({ message }) => logged.push(message) });
  assert.equal((await handler(event)).statusCode, 500);
  await assert.rejects(handler.startup(), /no database/);
  assert.equal((await handler(event)).statusCode, 200);
  assert.match(logged.join(), /lifespan startup failed: no database/);
  assert.equal(notes.length, 3);
  await handler.shutdown();
});

test("an app that throws is a 500 with a word in the log", async () => {
  const logged: string[] = [];
  const app: App = async (scope, _receive, _send) => {
    if (scope.type === "http") throw new Error("out of luck");
  };
  const answer = await lambda(app, { log: ({ message }) => logged.push(message) })(event);
  assert.deepEqual([answer.statusCode, answer.body], [500, "Internal Server Error\n"]);
  assert.match(logged.join(), /out of luck/);
});

/** Sends a piece, then waits for the end of its connection. */
function waiting(reasons: unknown[]): App {
  return async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: "piece", more: true });
    reasons.push(await scope.connection.closed, scope.connection.signal.aborted);
  };
}

test("before the time is up the app learns of it, and the client gets a 504", async () => {
  const reasons: unknown[] = [];
  const handler = lambda(waiting(reasons), { log: () => undefined, deadlineMarginMs: 30 });
  assert.equal((await handler(event, contextWith(60))).statusCode, 504);
  assert.deepEqual(reasons, ["x-lambda-deadline", true]);
});

test("a response that is too large for the platform is a 500 with a word in the log, and the app is told", async () => {
  const logged: string[] = [];
  let sent = 0;
  const app: App = async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    await send({ type: "http.response.start", status: 200 });
    for (; scope.connection.isConnected; sent += 65_536) {
      await send({ type: "http.response.body", body: new Uint8Array(65_536), more: true });
    }
  };
  const answer = await lambda(app, { log: ({ message }) => logged.push(message) })(event);
  assert.equal(answer.statusCode, 500);
  assert.ok(sent <= 6_291_456 + 65_536);
  assert.match(logged.join(), /larger than the 6291456 bytes/);
});

test("an invocation waits for what the app does after its response, and sets the event loop's flag", async () => {
  let isDone = false;
  const app: App = async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    await send({ type: "http.response.start", status: 204 });
    await send({ type: "http.response.body" });
    await new Promise((resolve) => setImmediate(resolve));
    isDone = true;
  };
  const context = contextWith(10_000);
  await lambda(app)(event, context);
  assert.deepEqual([isDone, context.callbackWaitsForEmptyEventLoop], [true, false]);
  const waits = contextWith(10_000);
  await lambda(app, { waitForEmptyEventLoop: true })(event, waits);
  assert.equal(waits.callbackWaitsForEmptyEventLoop, true);
});

/** A platform whose streams tell their head in front, as JSON. */
const telling: LambdaPlatform = {
  streamifyResponse: (handler) => handler,
  HttpResponseStream: {
    from(stream, head) {
      stream.write(JSON.stringify(head));
      return stream;
    },
  },
};

test("a streamed response without a body sends its head, cookies in a list", async () => {
  const app: App = async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    const headers = [
      ["location", "/x"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ] as const;
    await send({ type: "http.response.start", status: 302, headers });
    await send({ type: "http.response.body" });
  };
  const stream = new PassThrough();
  await lambda(app, { streaming: true, platform: telling })(event, stream);
  const head: unknown = JSON.parse(String(stream.read()));
  assert.deepEqual(head, { statusCode: 302, headers: { location: "/x" }, cookies: ["a=1", "b=2"] });
});

test("a streamed response that the time cuts fails its invocation; one that has not begun is a 504", async () => {
  const late = { streaming: true, platform: telling, log: () => undefined, deadlineMarginMs: 30 } as const;
  const begun = new PassThrough();
  await assert.rejects(lambda(waiting([]), late)(event, begun, contextWith(60)), /cut short/);
  const silent: App = async (scope, _receive, _send) => {
    if (scope.type === "http") await scope.connection.closed;
  };
  const stream = new PassThrough();
  await lambda(silent, late)(event, stream, contextWith(60));
  assert.match(String(stream.read()), /"statusCode":504/);
});

test("a response stream that breaks is a lost client", async () => {
  const reasons: unknown[] = [];
  const broken = new Writable({ write: (_piece, _encoding, done) => done(new Error("broken pipe")) });
  await lambda(waiting(reasons), { streaming: true, platform: telling })(event, broken);
  assert.deepEqual(reasons, ["client_closed", true]);
});

test("the mark of the platform stays on a streaming handler, and the controls are on it", () => {
  const handler = lambda(waiting([]), { streaming: true, platform });
  assert.equal(typeof handler.startup, "function");
  assert.equal(typeof handler.shutdown, "function");
});

const script = `
  const { lambda } = await import("tack/handler/lambda");
  const handler = lambda(async (scope, receive, send) => {
    await receive();
    await send({ type: "lifespan.startup.complete" });
    await receive();
    process.stdout.write("shutdown ");
    await send({ type: "lifespan.shutdown.complete" });
  });
  await handler.startup();
  setInterval(() => undefined, 1000);
  process.stdout.write("ready ");
`;

test("SIGTERM on the platform runs lifespan shutdown and ends the process", { timeout: 20_000 }, async () => {
  const env = { ...process.env, AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9" };
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (data: Buffer) => {
    if (out === "") child.kill("SIGTERM");
    out += data.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  assert.deepEqual([out, code], ["ready shutdown ", 0]);
});
