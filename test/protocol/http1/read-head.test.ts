import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadRecord, INCOMPLETE, NONE } from "#src/protocol/http1/head-record.js";
import { readHead } from "#src/protocol/http1/read-head.js";

const LIMITS = { maxRequestLineBytes: 64, maxHeaderBytes: 256, maxHeaderCount: 5 };
const HOST = "Host: a\r\n";

function read(text: string, record = new HeadRecord()): number {
  const bytes = Buffer.from(text, "latin1");
  return readHead(record, bytes, bytes.length, LIMITS);
}

function recordOf(fields: string): HeadRecord {
  const record = new HeadRecord();
  assert.notEqual(read(`GET / HTTP/1.1\r\n${HOST}${fields}\r\n`, record), INCOMPLETE);
  return record;
}

const REFUSED: readonly (readonly [why: string, text: string, status: number])[] = [
  ["no method", " / HTTP/1.1\r\n", 400],
  ["a tab for a blank", "GET\t/ HTTP/1.1\r\n", 400],
  ["two blanks before the target", "GET  / HTTP/1.1\r\n", 400],
  ["two blanks before the version", "GET /  HTTP/1.1\r\n", 400],
  ["no version", "GET /\r\n", 400],
  ["a blank after the version", "GET / HTTP/1.1 \r\n", 400],
  ["a version in lower case", "GET / http/1.1\r\n", 400],
  ["a version of two digits", "GET / HTTP/1.10\r\n", 400],
  ["HTTP/2", "GET / HTTP/2.0\r\n", 505],
  ["HTTP/1.2", "GET / HTTP/1.2\r\n", 505],
  ["a bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400],
  ["a bare CR after the request line", "GET / HTTP/1.1\rX", 400],
  ["a fragment in the target", "GET /#a HTTP/1.1\r\n", 400],
  ["a byte above ASCII in the target", "GET /\xe9 HTTP/1.1\r\n", 400],
  ["a long target", `GET /${"x".repeat(64)} HTTP/1.1\r\n`, 414],
  ["a long method", "G".repeat(65), 414],
  ["a field without a colon", `GET / HTTP/1.1\r\n${HOST}abc\r\n\r\n`, 400],
  ["a blank before the colon", `GET / HTTP/1.1\r\n${HOST}a : b\r\n\r\n`, 400],
  ["a field without a name", `GET / HTTP/1.1\r\n${HOST}: b\r\n\r\n`, 400],
  ["a folded line", `GET / HTTP/1.1\r\n${HOST}a: b\r\n c\r\n\r\n`, 400],
  ["a blank before the first field", `GET / HTTP/1.1\r\n ${HOST}\r\n`, 400],
  ["a NUL in a value", `GET / HTTP/1.1\r\n${HOST}a: \0\r\n\r\n`, 400],
  ["a DEL in a value", `GET / HTTP/1.1\r\n${HOST}a: \x7f\r\n\r\n`, 400],
  ["a bare LF in a value", `GET / HTTP/1.1\r\n${HOST}a: b\nc: d\r\n\r\n`, 400],
  ["a bare CR in a value", `GET / HTTP/1.1\r\n${HOST}a: b\rc\r\n\r\n`, 400],
  ["a bare CR where the head ends", `GET / HTTP/1.1\r\n${HOST}\rX`, 400],
  ["too many fields", `GET / HTTP/1.1\r\n${HOST}${"a: b\r\n".repeat(5)}\r\n`, 431],
  ["too many bytes of fields", `GET / HTTP/1.1\r\n${HOST}a: ${"x".repeat(256)}\r\n\r\n`, 431],
  ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["two Hosts, both alike", `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
  ["a Host with a slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
  ["a Host with user information", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400],
  ["Transfer-Encoding in HTTP/1.0", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
];

for (const [why, text, status] of REFUSED) {
  test(`${why} is refused with ${status}`, () => {
    assert.throws(() => read(text), { code: "PROTOCOL", status });
  });
}

const FRAMING: readonly (readonly [fields: string, status: number])[] = [
  ["Content-Length: 1, 1\r\n", 400],
  ["Content-Length: 1\r\nContent-Length: 1\r\n", 400],
  ["Content-Length: +1\r\n", 400],
  ["Content-Length: -1\r\n", 400],
  ["Content-Length: 0x1\r\n", 400],
  ["Content-Length: 1 1\r\n", 400],
  ["Content-Length:\r\n", 400],
  ["Content-Length: 9007199254740993\r\n", 413],
  [`Content-Length: ${"9".repeat(200)}\r\n`, 413],
  ["Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400],
  ["Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", 400],
  ["Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400],
  ["Transfer-Encoding: chunked, chunked\r\n", 400],
  ["Transfer-Encoding: chunked, gzip\r\n", 400],
  ["Transfer-Encoding:\r\n", 400],
  ["Transfer-Encoding: gzip, chunked\r\n", 501],
  ["Transfer-Encoding: identity\r\n", 501],
  ["Transfer-Encoding: xchunked\r\n", 501],
  ["Transfer-Encoding: \x0bchunked\r\n", 400],
  ["Expect: 200-ok\r\n", 417],
];

for (const [fields, status] of FRAMING) {
  test(`framing: ${JSON.stringify(fields.slice(0, 60))} is refused with ${status}`, () => {
    assert.throws(() => read(`POST / HTTP/1.1\r\n${HOST}${fields}\r\n`), { code: "PROTOCOL", status });
  });
}

const KEPT: readonly (readonly [fields: string, Partial<HeadRecord>])[] = [
  ["", { contentLength: NONE, isChunked: false, wantsClose: false, wantsKeepAlive: false }],
  ["Content-Length: 007\r\n", { contentLength: 7 }],
  ["content-LENGTH:\t12 \t\r\n", { contentLength: 12 }],
  ["Transfer-Encoding: Chunked \r\n", { isChunked: true, contentLength: NONE }],
  ["Connection: keep-alive, CLOSE\r\n", { wantsClose: true, wantsKeepAlive: true }],
  ["Connection: foo\r\nConnection: ,, close ,\r\n", { wantsClose: true }],
  ["Connection: not-close, closed\r\n", { wantsClose: false }],
  ["Expect: 100-Continue\r\n", { wantsContinue: true }],
  ["Cookie: a\r\n", { hasOddFields: false }],
  ["Cookie: a\r\ncookie: b\r\n", { hasOddFields: true }],
  ["Content_Length: 5\r\n", { hasOddFields: true, contentLength: NONE }],
];

for (const [fields, expected] of KEPT) {
  test(`fields: ${JSON.stringify(fields)} are understood`, () => {
    const record = recordOf(fields);
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(record[name as keyof HeadRecord], value, name);
    }
  });
}

test("an expectation of an HTTP/1.0 client is ignored", () => {
  const record = new HeadRecord();
  read("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", record);
  assert.equal(record.wantsContinue, false);
});

test("a record forgets the request before", () => {
  const record = recordOf("Content-Length: 5\r\nConnection: close\r\nCookie: a\r\nCookie: b\r\n");
  read(`GET /a?b=%20 HTTP/1.1\r\n${HOST}\r\n`, record);
  const { contentLength, wantsClose, hasOddFields, hasEscape, queryMark } = record;
  assert.deepEqual(
    { contentLength, wantsClose, hasOddFields, hasEscape, queryMark },
    { contentLength: NONE, wantsClose: false, hasOddFields: false, hasEscape: false, queryMark: 6 },
  );
});

test("every head is incomplete until its last byte, and then read to its end", () => {
  const text = `POST /%41?x HTTP/1.1\r\n${HOST}Content-Length: 3\r\nA: b\r\n\r\n`;
  for (let length = 0; length < text.length; length++) assert.equal(read(text.slice(0, length)), INCOMPLETE);
  assert.equal(read(text), text.length);
  assert.equal(read(`${text}abc`), text.length);
});
