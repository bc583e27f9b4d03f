/** One app in the message form, for our own server and for node's. */
import * as work from "./work.mjs";

const text = [["content-type", work.textType]];
const json = [["content-type", work.jsonType]];
const bytes = [["content-type", work.bytesType]];

export async function app(scope, receive, send) {
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
  const { path } = scope;
  if (path === "/") return answer(send, text, work.hello);
  if (path === "/json") return answer(send, json, JSON.stringify(work.record()));
  if (path === "/echo") return answer(send, bytes, await readBody(receive));
  if (path === "/stream") return stream(send);
  const file = work.files.get(path);
  await send({ type: "http.response.start", status: file === undefined ? 404 : 200, headers: bytes });
  await send({ type: "http.response.body", file });
}

async function answer(send, headers, body) {
  await send({ type: "http.response.start", status: 200, headers });
  await send({ type: "http.response.body", body });
}

async function readBody(receive) {
  const received = [];
  for (;;) {
    const event = await receive();
    if (event.type !== "http.request") throw new Error("the client left before its body was whole");
    received.push(event.body);
    if (!event.more) return received.length === 1 ? received[0] : Buffer.concat(received);
  }
}

async function stream(send) {
  await send({ type: "http.response.start", status: 200, headers: bytes });
  for (let sent = 1; sent <= work.chunkCount; sent++) {
    await send({ type: "http.response.body", body: work.chunk, more: sent < work.chunkCount });
  }
}
