import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readSettings } from "#src/cli/settings.js";

test("without words and variables every default holds", () => {
  const { options, app, warnings } = readSettings([], {});
  assert.equal(app, undefined);
  assert.equal(options.port, 8225);
  assert.equal(options.env, "production");
  assert.equal(options.maxHeaderCount, 100);
  assert.equal("accessLog" in options, false);
  assert.deepEqual(warnings, []);
});

test("flags win over variables and variables over the configuration file", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tack-settings-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "tack.json");
  writeFileSync(file, JSON.stringify({ port: 1, host: "a", env: "file", listen: "fd:3", reload: true }));
  const { options } = readSettings(["--port", "3", "--config", file], { TACK_PORT: "2", TACK_HOST: "b" });
  assert.equal(options.port, 3);
  assert.equal(options.host, "b");
  assert.equal(options.env, "file");
  assert.deepEqual(options.listen, ["fd:3"]);
  assert.equal(options.reload, true);
});

test("PORT is heard when TACK_PORT is not set, and empty variables are not", () => {
  assert.equal(readSettings([], { PORT: "7" }).options.port, 7);
  assert.equal(readSettings([], { PORT: "7", TACK_PORT: "8" }).options.port, 8);
  assert.equal(readSettings([], { TACK_PORT: "" }).options.port, 8225);
});

test("a variable is read by its type", () => {
  const { options } = readSettings([], { TACK_LISTEN: ":1  unix:/x", TACK_RELOAD: "Yes" });
  assert.deepEqual(options.listen, [":1", "unix:/x"]);
  assert.equal(options.reload, true);
  assert.throws(
    () => readSettings([], { TACK_RELOAD: "maybe" }),
    /^UsageError: TACK_RELOAD wants true or false/,
  );
});

test("a misspelt variable gets a warning, a foreign one none", () => {
  assert.deepEqual(readSettings([], { TACK_PROT: "80", TACK_DATABASE_URL: "x" }).warnings, [
    "unknown variable TACK_PROT ignored; did you mean TACK_PORT?",
  ]);
});

test("a configuration file with an unknown name, a wrong type or no object is refused", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tack-settings-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "tack.json");
  const refused = (content: string) => {
    writeFileSync(file, content);
    try {
      readSettings(["--config", file], {});
    } catch (error) {
      return (error as Error).message.replaceAll(file, "FILE");
    }
    assert.fail("accepted");
  };
  assert.equal(refused('{"prot":1}'), 'unknown option "prot" in FILE; did you mean "port"?');
  assert.equal(refused('{"port":"1"}'), '"port" in FILE wants a whole number from 0 to 65535, not "1"');
  assert.equal(refused('{"toString":1}'), 'unknown option "toString" in FILE; see docs/options.md');
  assert.equal(refused("[]"), "the configuration file FILE must hold one JSON object");
  assert.match(refused("{"), /^cannot read the configuration file FILE: /);
});
