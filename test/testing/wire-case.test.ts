import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWireCases, parseWireCase } from "#src/testing/wire-case.js";
import { escapeWire, unescapeWire } from "#src/testing/wire-text.js";

const WHOLE = `# A title.
rule: RFC 9112 section 3
app: echo
needs: keepAlive http10
limit: bodyBytes 10

> POST / HTTP/1.1\\r\\n
! pause
> \\{ab*2}\\x00

< 200|201
< content-type: *
< !etag
< json a.b = [1]
< 400 head
< closed
`;

test("a wire case file says what goes out and what must come back", () => {
  const wireCase = parseWireCase("group/name", WHOLE);
  assert.equal(wireCase.title, "A title.");
  assert.equal(wireCase.app, "echo");
  assert.deepEqual(wireCase.needs, ["keepAlive", "http10"]);
  assert.deepEqual(wireCase.limits, { bodyBytes: 10 });
  assert.deepEqual(wireCase.steps, [
    { do: "send", bytes: Buffer.from("POST / HTTP/1.1\r\n") },
    { do: "pause" },
    { do: "send", bytes: Buffer.from("abab\0") },
  ]);
  assert.deepEqual(wireCase.responses, [
    {
      statuses: [200, 201],
      toHead: false,
      checks: [
        { check: "header", name: "content-type", value: undefined },
        { check: "absent", name: "etag" },
        { check: "json", path: ["a", "b"], value: [1] },
      ],
    },
    { statuses: [400], toHead: true, checks: [] },
  ]);
  assert.equal(wireCase.end, "closed");
});

test("a mistake in a wire case file is named with its line", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    [WHOLE.replace("! pause", "! sleep"), /group\/name, line 8: unknown step sleep/],
    [WHOLE.replace("\\x00", "\\q"), /line 9: unknown escape/],
    [WHOLE.replace("needs: keepAlive", "needs: magic"), /line 4: unknown capability magic; known are wire,/],
    [WHOLE.replace("bodyBytes", "bodyMiles"), /line 5: unknown limit bodyMiles/],
    [WHOLE.replace("app: echo", "app: nobody"), /no known app/],
    [WHOLE.replace("rule: RFC 9112 section 3\n", ""), /no "rule:" line/],
    [WHOLE.replace("# A title.\n", ""), /the first line must be/],
    [WHOLE.replace("< 200|201", "< etag: a"), /line 11: a check before the first status/],
    [WHOLE.replace("app: echo", "application: echo"), /line 3: cannot read|no known app/],
  ];
  for (const [text, message] of wrong) assert.throws(() => parseWireCase("group/name", text), message);
});

test("bytes survive escaping and reading back", () => {
  const bytes = Buffer.from("GET /\\ \t\r\n\0\u00ff\u007f", "latin1");
  assert.equal(escapeWire(bytes), "GET /\\\\ \\t\\r\\n\\0\\xff\\x7f");
  assert.deepEqual(unescapeWire(escapeWire(bytes)), bytes);
});

test("the package has its wire cases, each with a title of its own", () => {
  const cases = loadWireCases();
  assert.ok(cases.length >= 150, `${cases.length} cases`);
  assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length);
});
