/** How hosted requests end where a client or a listener breaks off: seen by both sides as on node's server. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { until } from "../support/hosted.js";
import { askBoth, listening } from "./compare.js";
import { HostedServer } from "./hosted-server.js";

const servers = {
  "node:http": (listener: RequestListener) => createServer(listener),
  Tack: (listener: RequestListener) => new HostedServer(listener),
};

/** What comes back for `text` until the server closes, and what request, response and socket told meanwhile. */
async function exchange(
  context: TestContext,
  makeServer: (listener: RequestListener) => HostedServer | ReturnType<typeof createServer>,
  {
    text,
    listener,
  }: { text: string; listener?: (request: IncomingMessage, response: ServerResponse) => void },
): Promise<Set<string>> {
  const told = new Set<string>();
  const server = makeServer((request, response) => {
    request.on("aborted", () => told.add("request aborted"));
    request.on("error", ({ message }) => told.add(`request error ${message}`));
    request.on("close", () => told.add("request close"));
    response.on("close", () => told.add("response close"));
    request.socket.on("error", () => told.add("socket error"));
    request.socket.on("close", () => told.add("socket close"));
    listener?.(request, response);
  });
  const client = await listening(context, server);
  const connection = await client.connect();
  await connection.write(text);
  await until(() => told.has("request close") && told.has("response close") && told.has("socket close"));
  return told;
}

const chunked = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

for (const [name, makeServer] of Object.entries(servers)) {
  test(`a broken chunk is an error of the socket and of the request on ${name}`, async (context) => {
    const told = await exchange(context, makeServer, { text: `${chunked}W\r\n` });
    assert.deepEqual([...told].toSorted(), [
      "request aborted",
      "request close",
      "request error aborted",
      "response close",
      "socket close",
      "socket error",
    ]);
  });
}

/** Each of these is cut after its first bytes. */
const cuts: Record<string, RequestListener> = {
  "a socket destroyed in the turn after a write": (request, response) => {
    response.writeHead(301, { "x-a": "1" });
    response.write("0");
    process.nextTick(() => {
      request.socket.destroy();
      response.end("1");
    });
  },
  "a response destroyed in the turn after a write": (_, response) => {
    response.write("0");
    process.nextTick(() => response.destroy());
  },
};

for (const [name, listener] of Object.entries(cuts)) {
  test(`${name} shows what was written before, and a cut`, async (context) => {
    const [plain, ours] = await askBoth(context, () => listener, { path: "/" });
    assert.deepEqual(ours, plain);
    assert.deepEqual([ours.body, ours.isComplete], ["0", false]);
  });
}

test("what is written in the very turn of a destroy does not leave", async (context) => {
  const listener: RequestListener = (_, response) => {
    response.write("0");
    response.destroy();
  };
  const [plain, ours] = await askBoth(context, () => listener, { path: "/" });
  assert.deepEqual(ours, plain);
  assert.deepEqual([ours.status, ours.isComplete], [0, false]);
});

test("a response whose fields ask for chunks has no length, also when it is whole", async (context) => {
  for (const listener of [
    (_: IncomingMessage, response: ServerResponse) => {
      response.setHeader("transfer-encoding", "chunked");
      response.end("whole");
    },
    (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, ["Transfer-Encoding", "chunked"]).end("whole");
    },
    (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { "Transfer-Encoding": "chunked" }).end();
    },
  ]) {
    const [plain, ours] = await askBoth(context, () => listener, { path: "/" });
    assert.deepEqual(ours, plain);
    assert.deepEqual(ours.headers, ["transfer-encoding: chunked"]);
  }
});
