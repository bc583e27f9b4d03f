/** WebSocket sessions of a module worker, spoken to by `ws`. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, after, before, test } from "node:test";
import { WebSocket } from "ws";
import { createLiveClient } from "#src/testing/live-client.js";
import { findRuntime } from "./runtime/find-runtime.js";
import { startWorkerd, type Workerd } from "./runtime/start-workerd.js";

const program = findRuntime("workerd");

const worker = `
import { workers } from "./dist/handler/workers.js";

const ends = [];

async function app(scope, receive, send) {
  if (scope.type === "http") {
    await send({ type: "http.response.start", status: 200, headers: [] });
    return send({ type: "http.response.body", body: JSON.stringify(ends) });
  }
  if (scope.type !== "websocket") throw new Error("unsupported");
  if (scope.path === "/refuse") {
    await send({ type: "http.response.start", status: 403, headers: [["x-why", "no"]] });
    return send({ type: "http.response.body", body: "not here" });
  }
  await receive();
  await send({ type: "websocket.accept", subprotocol: scope.subprotocols.at(-1), headers: [["x-a", "b"]] });
  await send({ type: "websocket.send", text: "welcome" });
  if (scope.path === "/return") return;
  for (;;) {
    const event = await receive();
    if (event.type === "websocket.disconnect") return ends.push([event.code, event.reason]);
    if (event.text === "bye") await send({ type: "websocket.close", code: 3001, reason: "as you wish" });
    else if (event.text === undefined) await send({ type: "websocket.send", bytes: event.bytes });
    else await send({ type: "websocket.send", text: event.text });
  }
}

export default workers(app);
`;

describe("sessions of workers on workerd", { skip: program === undefined && "needs workerd" }, () => {
  let workerd: Workerd;
  before(async () => (workerd = await startWorkerd(program!, worker)));
  after(() => workerd.close());

  const open = (path: string, protocols: string[] = []): WebSocket =>
    new WebSocket(workerd.url.replace("http:", "ws:") + path, protocols);

  /** The next messages, each as text or as the length of its bytes. */
  async function messages(socket: WebSocket, count: number): Promise<(string | number)[]> {
    const seen: (string | number)[] = [];
    for await (const [data, isBinary] of on(socket, count))
      seen.push(isBinary ? data.length : data.toString());
    return seen;
  }

  async function* on(socket: WebSocket, count: number): AsyncGenerator<[Buffer, boolean]> {
    for (let left = count; left > 0; left--) yield (await once(socket, "message")) as [Buffer, boolean];
  }

  test("messages go both ways, with subprotocol and fields of the app, and its close has its code", async () => {
    const socket = open("/", ["one", "two"]);
    const welcome = messages(socket, 1);
    const [head] = (await once(socket, "upgrade")) as [{ headers: Record<string, string> }];
    assert.equal(head.headers["x-a"], "b");
    assert.deepEqual(await welcome, ["welcome"]);
    assert.equal(socket.protocol, "two");
    const text = messages(socket, 1);
    socket.send("\u20ac");
    assert.deepEqual(await text, ["\u20ac"]);
    const bytes = messages(socket, 1);
    socket.send(Buffer.alloc(70_000));
    assert.deepEqual(await bytes, [70_000]);
    socket.send("bye");
    const [code, reason] = (await once(socket, "close")) as [number, Buffer];
    assert.deepEqual([code, reason.toString()], [3001, "as you wish"]);
  });

  test("the app learns how the client has ended the session", async () => {
    const socket = open("/");
    await once(socket, "message");
    socket.close(4001, "done");
    await once(socket, "close");
    const client = createLiveClient(workerd.url);
    let ends: unknown[] = [];
    for (const deadline = Date.now() + 5000; ends.length < 2 && Date.now() < deadline;)
      ends = (await client.request({ path: "/" })).json() as unknown[];
    assert.deepEqual(ends, [
      [3001, "as you wish"],
      [4001, "done"],
    ]);
    await client.close();
  });

  test("an app that returns closes its session with 1011 (WS-16)", async () => {
    const socket = open("/return");
    const [code] = (await once(socket, "close")) as [number];
    assert.equal(code, 1011);
  });

  test("a refusal is an ordinary response, another version is 426 (WS-1, WS-12)", async () => {
    const socket = open("/refuse");
    const [, response] = (await once(socket, "unexpected-response")) as [
      unknown,
      { statusCode: number; headers: Record<string, string> },
    ];
    assert.deepEqual([response.statusCode, response.headers["x-why"]], [403, "no"]);
    socket.on("error", () => undefined).terminate();
  });
});
