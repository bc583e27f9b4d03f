import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteSource } from "#src/testing/byte-source.js";
import { ResponseReader } from "#src/testing/response-reader.js";

function reading(text: string, ended = true): ResponseReader {
  const source = new ByteSource();
  source.push(Buffer.from(text, "latin1"));
  if (ended) source.finish();
  return new ResponseReader(source);
}

async function bodyOf(reader: ResponseReader): Promise<string> {
  let text = "";
  for (let piece = await reader.read(); piece !== undefined; piece = await reader.read()) {
    text += Buffer.from(piece).toString("latin1");
  }
  return text;
}

test("a response with a length is read to that length and the next one follows", async () => {
  const response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A:  b \r\n\r\nhi";
  const reader = reading(response + response.replace("hi", "ho"), false);
  const head = await reader.head("GET");
  assert.deepEqual(head.headers, [
    ["content-length", "2"],
    ["x-a", "b"],
  ]);
  assert.equal(await bodyOf(reader), "hi");
  await reader.head("GET");
  assert.equal(await bodyOf(reader), "ho");
});

test("chunks are joined and trailers kept", async () => {
  const reader = reading(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n",
  );
  await reader.head("GET");
  assert.equal(await bodyOf(reader), "hi0123456789");
  assert.deepEqual(reader.trailers, [["x-sum", "1"]]);
});

test("a body cut short is an error and never complete", async () => {
  for (const text of ["Content-Length: 5\r\n\r\nhi", "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n"]) {
    const reader = reading(`HTTP/1.1 200 OK\r\n${text}`);
    await reader.head("GET");
    await assert.rejects(bodyOf(reader), /closed inside/);
    assert.equal(reader.complete, false);
  }
});

test("a malformed response is refused with its rule", async () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", /both Content-Length/],
    ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", /bad Content-Length/],
    ["HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", /bad Content-Length/],
    ["HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", /framing fields on a 204/],
    ["HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", /Transfer-Encoding on a 304/],
    ["HTTP/1.1 200 OK\nX-A: b\r\n\r\n", /line without CR/],
    ["HTTP/1.1 200 OK\r\nX A: b\r\n\r\n", /bad field line/],
    ["HTTP/1.1 200 OK\r\nX-A: \0\r\n\r\n", /bad field line/],
    ["HTTP/2 200 OK\r\n\r\n", /bad status line/],
    ["HTTP/1.1 20 OK\r\n\r\n", /bad status line/],
  ];
  for (const [text, message] of wrong) await assert.rejects(reading(text).head("GET"), message);
  const chunk = reading("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nhi\r\n0\r\n\r\n");
  await chunk.head("GET");
  await assert.rejects(bodyOf(chunk), /bad chunk line/);
});

test("answers to HEAD, 204 and 304 have no body", async () => {
  const reader = reading("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n");
  assert.equal((await reader.head("HEAD")).framing, "none");
  assert.equal(await reader.read(), undefined);
  assert.equal((await reader.head("GET")).framing, "none");
});
