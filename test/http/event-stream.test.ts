import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { asksForEvents, commentText, eventText, isEventWord } from "#src/http/event-stream.js";

test("SSE-1: only the exact type with a q above 0 asks for events", () => {
  for (const accept of [
    "text/event-stream",
    "TEXT/EVENT-STREAM",
    "a/b,text/event-stream;q=0.001",
    'text/html;a="x,y", text/event-stream; charset="utf-8"; q=1.0',
    "text/event-stream;q=00",
  ])
    assert.ok(asksForEvents(accept), accept);
  for (const accept of [
    "",
    "*/*",
    "text/*;q=1",
    "text/event-stream;q=0",
    "text/event-stream ; q = 0.00 ; a=b",
    "text/event-stream2",
    'text/html;a="text/event-stream"',
    'text/html;a=",text/event-stream,"',
  ])
    assert.ok(!asksForEvents(accept), accept);
});

/** Reads a stream as the HTML standard has browsers do it. */
function parse(text: string): { data: string; event: string; id: string | undefined }[] {
  const found: { data: string; event: string; id: string | undefined }[] = [];
  let [data, event, id]: [string, string, string | undefined] = ["", "", undefined];
  for (const line of text.split(/\r\n|\n|\r/).slice(0, -1)) {
    const colon = line.indexOf(":");
    const [name, raw] = colon === -1 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1)];
    const value = raw.startsWith(" ") ? raw.slice(1) : raw;
    if (line === "") {
      if (data !== "") found.push({ data: data.slice(0, -1), event, id });
      [data, event] = ["", ""];
    } else if (name === "data") data += `${value}\n`;
    else if (name === "event") event = value;
    else if (name === "id") id = value;
  }
  return found;
}

test("SSE-7: what is written is what a reader of the standard gets, line ends made one kind", () => {
  const word = fc.string().filter(isEventWord);
  const texts = fc.array(fc.oneof(fc.string(), fc.constantFrom("\n", "\r", "\r\n", ":", " ", "data: x")));
  fc.assert(
    fc.property(texts, word, word, (pieces, event, id) => {
      const data = pieces.join("");
      const [read, ...others] = parse(eventText({ data, event, id, retry: 5 }) + commentText(data));
      assert.deepEqual(others, []);
      assert.deepEqual(read, { data: data.replace(/\r\n|\r/g, "\n"), event, id });
    }),
  );
});

test("SSE-8: a comment is nothing but lines with a colon, and one empty line", () => {
  assert.equal(commentText(""), ":\n\n");
  assert.equal(commentText("a\r\n:b\rc"), ":a\n:b\n:c\n\n");
});
