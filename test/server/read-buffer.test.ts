/** Large bodies are given to the app as they were read: nobody may write over what it holds. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { test } from "node:test";
import type { App } from "tack";
import { ReadBuffer } from "#src/server/read-buffer.js";
import { httpApp, started } from "./server-tools.js";

const hashOf = (...pieces: readonly Uint8Array[]): string => {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
};

/** Keeps all pieces of all requests until every body has come, then answers with their hashes. */
function keeper(count: number): App {
  let waiting = count;
  let open: () => void;
  const all = new Promise<void>((resolve) => (open = resolve));
  return httpApp(async (_scope, receive, send) => {
    const pieces: Uint8Array[] = [];
    for (let more = true; more;) {
      const event = await receive();
      if (event.type !== "http.request") return;
      pieces.push(event.body);
      more = event.more;
    }
    if (--waiting === 0) open();
    await all;
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: hashOf(...pieces) });
  });
}

function post(url: string, body: Uint8Array, isChunked: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = isChunked ? {} : { "content-length": body.byteLength };
    const sent = request(url, { method: "POST", headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("latin1").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve(text)).on("error", reject);
    });
    sent.on("error", reject);
    for (let at = 0; at < body.byteLength; at += 100_000) sent.write(body.subarray(at, at + 100_000));
    sent.end();
  });
}

test("bodies that arrive together and are kept until all are there stay what they were", async () => {
  const sizes = [10, 65_536, 65_537, 131_072, 200_001, 1_048_576, 1_048_576, 3_000_000];
  const bodies = [...sizes, ...sizes].map((size) => randomBytes(size));
  const running = await started(keeper(bodies.length));
  const answers = await Promise.all(
    bodies.map((body, index) => post(running.url, body, index >= sizes.length)),
  );
  assert.deepEqual(
    answers,
    bodies.map((body) => hashOf(body)),
  );
});

test("a buffer of its own is for a large body only, is used again when hardly filled, and goes when given", () => {
  let toCome = 0;
  const buffer = new ReadBuffer(() => toCome);
  const shared = buffer.next()!;
  assert.equal(buffer.next(), undefined);
  assert.equal(new ReadBuffer(() => 0).next(), shared);
  toCome = 1_000_000;
  const own = buffer.next()!;
  assert.notEqual(own, shared);
  assert.notEqual(buffer.keep(own, 0, 100).buffer, own.buffer);
  assert.equal(buffer.next(), undefined);
  assert.equal(buffer.keep(own, 0, own.byteLength).buffer, own.buffer);
  const other = buffer.next()!;
  assert.notEqual(other, own);
  assert.notEqual(other, shared);
  toCome = 100;
  assert.equal(buffer.next(), shared);
  assert.notEqual(buffer.keep(shared, 0, shared.byteLength).buffer, shared.buffer);
});

test("where reads bring buffers of their own, well filled ones go to the app as they are", () => {
  const buffer = new ReadBuffer(() => 0);
  const read = Buffer.alloc(16_384);
  assert.equal(buffer.keep(read, 100, read.byteLength).buffer, read.buffer);
  assert.notEqual(buffer.keep(read, 0, 100).buffer, read.buffer);
});
