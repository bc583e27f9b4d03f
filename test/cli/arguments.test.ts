import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArguments } from "#src/cli/arguments.js";

function refusal(...words: string[]): string {
  try {
    parseArguments(words);
  } catch (error) {
    assert.equal((error as { code?: string }).code, "USAGE");
    return (error as Error).message;
  }
  assert.fail("accepted");
}

test("flags are read by their type, in any order with the app", () => {
  const words = ["--port", "0", "app.ts", "--reload", "-l", ":80", "--listen=unix:/x", "-Edevelopment"];
  assert.deepEqual(parseArguments(words), {
    app: "app.ts",
    given: { port: 0, reload: true, listen: [":80", "unix:/x"], env: "development" },
  });
});

test("a switch can be negated and the last word wins", () => {
  assert.deepEqual(parseArguments(["--reload", "--no-reload"]).given, { reload: false });
});

test("an unknown flag names the nearest known one", () => {
  assert.equal(refusal("--prot", "80"), "unknown option --prot; did you mean --port?");
  assert.equal(refusal("--zzzzzz"), "unknown option --zzzzzz; see tackup --help");
  assert.equal(refusal("--no-port"), "unknown option --no-port; did you mean --port?");
  assert.match(refusal("-x"), /^unknown option -x;/);
});

test("a missing value is named, also when the next word is a flag", () => {
  assert.equal(refusal("--port"), "--port needs a value");
  assert.match(refusal("--listen", "--reload"), /^--listen needs a value; .* --listen=--reload$/);
});

test("code may begin with a dash", () => {
  assert.deepEqual(parseArguments(["-e", "-1"]).given, { eval: "-1" });
});

test("a wrong value says what was wanted", () => {
  assert.equal(refusal("--port", "http"), '--port wants a whole number from 0 to 65535, not "http"');
  assert.equal(refusal("--port", "65536"), '--port wants a whole number from 0 to 65535, not "65536"');
  assert.equal(refusal("--grace-ms", "1.5"), '--grace-ms wants a whole number, 0 or more, not "1.5"');
  assert.equal(refusal("--reload=yes"), "--reload takes no value");
});

test("a second app is refused", () => {
  assert.equal(refusal("a.ts", "b.ts"), 'one app at a time: "a.ts" and "b.ts" were given');
});
