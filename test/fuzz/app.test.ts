/** Apps that send anything in any order: whatever they do, only whole and well-formed answers leave, or cut ones. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  type Arbitrary, array, asyncProperty, assert as assertProperty, boolean, constant, constantFrom, oneof, record, tuple, uint8Array,
} from "fast-check"; // prettier-ignore
import type { App, SendEvent } from "tack";
import { isTackError } from "tack/http/errors";
import { LiveConnection } from "tack/testing";
import { withDeadline } from "#src/testing/deadline.js";
import { okApp, started } from "../server/server-tools.js";

const file = join(tmpdir(), `tack-fuzz-app-${process.pid}.txt`);
writeFileSync(file, "0123456789");
after(() => rmSync(file));

interface Step {
  readonly event: unknown;
  readonly isAwaited: boolean;
}

interface Script {
  readonly steps: readonly Step[];
  readonly end: "return" | "throw" | "abort";
  readonly reads: boolean;
}

const header = constantFrom(
  ["content-type", "text/plain"], ["content-length", "5"], ["content-length", "0"], ["content-length", "x"],
  ["connection", "close"], ["connection", "upgrade"], ["transfer-encoding", "chunked"], ["date", "today"],
  ["x-a", "b\r\nset-cookie: c"], ["x a", "b"], ["x", "\xff"], ["x", "\u0100"], ["Upper", "1"], ["", "1"],
  ["trailer", "x-sum"], ["keep-alive", "1"], ["upgrade", "x"], ["set-cookie", "a"], ["te", "trailers"],
); // prettier-ignore
const headers = array(header, { maxLength: 3 });
const body = oneof(
  constantFrom("", "hello", "h\u00e4ll\u00f6", "x".repeat(70_000)),
  uint8Array({ maxLength: 9 }),
);

const anyEvent: Arbitrary<unknown> = oneof(
  record({
    type: constant("http.response.start"),
    status: constantFrom(200, 200, 200, 204, 205, 304, 404, 500, 100, 101, 199, 99, 600, 200.5, "200"),
    headers,
    trailers: boolean(),
    statusText: constantFrom(undefined, undefined, "Fine", "a\r\nb"),
  }),
  record({ type: constant("http.response.body"), body, more: boolean() }),
  record({ type: constant("http.response.body"), body, more: boolean() }),
  record({ type: constant("http.response.body"), file: constantFrom(file, `${file}.none`, "relative"), length: constantFrom(undefined, 0, 5, 99, -1) }),
  record({ type: constant("http.response.trailers"), headers }),
  record({ type: constant("http.response.informational"), status: constantFrom(100, 101, 103, 200), headers }),
  constantFrom({ type: "http.fullflush" }, { type: "websocket.send" }, {}, null, undefined, 1),
); // prettier-ignore

const anyStep: Arbitrary<Step> = record({ event: anyEvent, isAwaited: boolean() });
const polite = (event: unknown): Step => ({ event, isAwaited: true });
const start = (headers: unknown): Step => polite({ type: "http.response.start", status: 200, headers });
const last = polite({ type: "http.response.body", body: "whole" });

/** Wrong steps alone, and between the right ones. */
const anySteps: Arbitrary<Step[]> = oneof(
  array(anyStep, { maxLength: 6 }),
  tuple(array(anyStep, { maxLength: 2 }), headers, array(anyStep, { maxLength: 3 })).map(
    ([before, fields, between]) => [...before, start(fields), start([]), ...between, last],
  ),
);

const anyScript: Arbitrary<Script> = record({
  steps: anySteps,
  end: constantFrom("return", "return", "return", "throw", "abort"),
  reads: boolean(),
});

let script: Script;

const scripted: App = async (scope, receive, send) => {
  if (scope.type !== "http" || scope.path === "/fine") return okApp(scope, receive, send);
  if (script.reads) await receive();
  for (const { event, isAwaited } of script.steps) {
    const sent = send(event as SendEvent).catch(() => undefined);
    if (isAwaited) await sent;
  }
  if (script.end === "throw") throw new Error("scripted");
  if (script.end === "abort") scope.connection.abort();
};

/** One answer: `whole` with its body, or `cut`. Rejects when it is malformed. */
async function answer(connection: LiveConnection, method: string): Promise<string> {
  try {
    let head = await connection.responses.head(method);
    while (head.status < 200 && head.status !== 101) head = await connection.responses.head(method);
    let text = "";
    for (let piece = await connection.responses.read(); piece; piece = await connection.responses.read()) {
      text += Buffer.from(piece).toString("latin1");
    }
    return head.headers.some(([name, value]) => name === "connection" && value.includes("close"))
      ? "last"
      : `whole ${text}`;
  } catch (error) {
    if (isTackError(error) && error.code === "CLOSED") return "cut";
    throw error;
  }
}

test("whatever an app sends, its answer is well-formed or cut, and the next one is its own", async () => {
  const running = await started(scripted, { halfCloseGraceMs: 5000 });
  const methods = constantFrom("GET", "HEAD", "POST");
  await assertProperty(
    asyncProperty(anyScript, methods, async (anyOne, method) => {
      script = anyOne;
      const connection = await LiveConnection.open(running.url);
      try {
        const sized = method === "POST" ? "Content-Length: 3\r\n\r\nabc" : "\r\n";
        await connection.write(
          `${method} / HTTP/1.1\r\nHost: a\r\n${sized}GET /fine HTTP/1.1\r\nHost: a\r\n\r\n`,
        );
        const first = await withDeadline(answer(connection, method), "the first answer");
        if (!first.startsWith("whole")) return;
        assert.ok(["whole ok", "cut"].includes(await withDeadline(answer(connection, "GET"), "the second")));
      } finally {
        connection.destroy();
      }
    }),
    { numRuns: 1500, seed: 20_260_727 },
  );
});
