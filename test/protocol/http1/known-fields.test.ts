/** A head whose fields are those of the head before is not read again; nobody must notice. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { ProtocolError } from "#src/http/errors.js";
import type { HeadRecord } from "#src/protocol/http1/head-record.js";
import { RequestReader } from "#src/protocol/http1/request-reader.js";
import { byteTools } from "#src/server/byte-tools.js";

const LIMITS = { maxRequestLineBytes: 400, maxHeaderBytes: 6000, maxHeaderCount: 20, maxBodyBytes: 100 };
const PAD = `user-agent: ${"x".repeat(80)}\r\n`;
const LINES = [
  "GET / HTTP/1.1",
  "GET /longer/path?query HTTP/1.1",
  "HEAD / HTTP/1.1",
  "POST /%41 HTTP/1.0",
  "POST / HTTP/1.1",
];
/** Some of the same length, some that begin alike, some that are refused with one version only. */
const FIELDS = [
  `host: a.example\r\n${PAD}`,
  `host: b.example\r\n${PAD}`,
  `${PAD}host: a.example\r\n`,
  `host: a.example\r\n${PAD}x: y\r\n`,
  `host: a.example\r\nconnection: close\r\n${PAD}`,
  `host: a.example\r\nconnection: keep-alive\r\n${PAD}`,
  `host: a.example\r\naccept: text/event-stream\r\n${PAD}`,
  `host: a.example\r\ncookie: a=1\r\ncookie: b=2\r\n${PAD}`,
  `host: a.example\r\nexpect: 100-continue\r\ncontent-length: 3\r\n${PAD}`,
  `host: a.example\r\ncontent-length: 3\r\n${PAD}`,
  `host: a.example\r\ntransfer-encoding: chunked\r\n${PAD}`,
  `host: a.example\r\nx_y: 1\r\n${PAD}`,
  `host: a.example\r\nconnection: upgrade\r\nupgrade: websocket\r\n${PAD}`,
  `host: a.example\r\nlong: ${"z".repeat(3000)}\r\n`,
  "host: a\r\n",
  PAD,
];

/** What a head says: all of the record but its scratch. */
function snapshot(record: HeadRecord, text: string): object {
  const { start: _, nameStart: __, nameEnd: ___, valueStart: ____, valueEnd: _____, ...facts } = record;
  return { ...facts, text };
}

class Conversation {
  readonly seen: unknown[] = [];
  readonly reader = new RequestReader(LIMITS, byteTools, {
    onHead: (record, text) => void this.seen.push(snapshot(record, text)),
    onBody: (piece) => void this.seen.push(Buffer.from(piece).toString()),
  });

  /** Sends one request, in one piece, and answers it. False once it was refused. */
  ask(request: string): boolean {
    const bytes = Buffer.from(request, "latin1");
    try {
      this.reader.push(bytes, bytes.length);
      this.reader.next();
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error));
      this.seen.push(`${error.status} ${error.message}`);
      return false;
    }
    return true;
  }
}

function request(line: string, fields: string): string {
  const body = fields.includes("content-length")
    ? "abc"
    : fields.includes("chunked")
      ? "1\r\na\r\n0\r\n\r\n"
      : "";
  return `${line}\r\n${fields}\r\n${body}`;
}

const ALL = LINES.flatMap((line) => FIELDS.map((fields) => request(line, fields)));

test("what a head says does not depend on the head before it", () => {
  for (const first of ALL) {
    for (const second of ALL) {
      const joined = new Conversation();
      const apart = [new Conversation(), new Conversation()] as const;
      if (!joined.ask(first)) continue;
      joined.ask(second);
      joined.ask(first);
      apart[0].ask(first);
      apart[1].ask(second);
      const whole = joined.seen.slice(0, apart[0].seen.length + apart[1].seen.length);
      assert.deepEqual(whole, [...apart[0].seen, ...apart[1].seen], `${first} then ${second}`);
    }
  }
});

test("the same fields are known again after others, and when they come in pieces or in a pipeline", () => {
  const [one, other] = [request(LINES[0]!, FIELDS[0]!), request(LINES[1]!, FIELDS[1]!)];
  for (const cut of [1, 5, 20, one.length - 3, one.length - 1]) {
    const conversation = new Conversation();
    for (const piece of [one, other, one, one.slice(0, cut), one.slice(cut), one + one + other + one]) {
      assert.ok(conversation.ask(piece));
      while (conversation.reader.waitingBytes > 0 && conversation.reader.headBytes === 0)
        conversation.reader.next();
    }
    const heads = conversation.seen.map((entry) => (entry as { text: string }).text);
    assert.deepEqual(heads, [one, other, one, one, one, one, other, one], `cut at ${cut}`);
  }
});
