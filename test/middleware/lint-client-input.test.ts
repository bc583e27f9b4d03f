/** Lint is never stricter with clients than the contract: whatever a server lets in, no app fails because of lint. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { fromPsgi } from "#src/adapter/psgi.js";
import { standalone } from "#src/handler/standalone.js";
import type { ContractError } from "#src/http/errors.js";
import { lint, lintPsgi } from "#src/middleware/lint.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { Running } from "#src/server/handler.js";
import { createLiveClient, type LiveClient } from "#src/testing/live-client.js";

const violations: ContractError[] = [];
const onViolation = (violation: ContractError): void => void violations.push(violation);
const echo: PsgiApp = (env) => [
  200,
  ["Content-Type", "text/plain"],
  [`${env.REQUEST_METHOD} ${env.PATH_INFO}`],
];

let running: Running;
let client: LiveClient;

before(async () => {
  const app = lint({ onViolation })(fromPsgi(lintPsgi({ onViolation })(echo)));
  running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(app);
  client = createLiveClient(running.url);
});

after(async () => {
  await client.close();
  await running.close();
});

const tokenChars = [..."!#$%&'*+-.^_`|~0129AZaz"];
const token = fc.string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 12 });
const pathChars = [
  ..."/.~-_a0Z*'()!$&+,;=:@%|\"{}[]^`\\<>",
  "%2F",
  "%2f",
  "%00",
  "%FF",
  "%E3%81%82",
  "%",
  "//",
];
const path = fc.string({ unit: fc.constantFrom(...pathChars), maxLength: 20 }).map((text) => `/${text}`);
const query = fc.option(fc.string({ unit: fc.constantFrom(...pathChars, "?", "="), maxLength: 12 }), {
  nil: undefined,
});
const value = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 20,
});
const framing = new Set([
  "content-length",
  "transfer-encoding",
  "host",
  "expect",
  "upgrade",
  "connection",
  "te",
]);
const field = fc.tuple(
  fc.oneof(token, fc.constantFrom("Cookie", "Accept", "Content-Type", "Proxy", "X_A", "X-A", "Status")),
  value,
);
const fields = fc.array(
  field.filter(([name]) => !framing.has(name.toLowerCase())),
  { maxLength: 8 },
);

test("no request that a server lets in makes lint complain", async () => {
  let answered = 0;
  const property = fc.asyncProperty(token, path, query, fields, async (method, target, search, headers) => {
    const whole = search === undefined ? target : `${target}?${search}`;
    const { status } = await client.request({ method, path: whole, headers });
    assert.deepEqual(violations.map(String), []);
    assert.ok(status !== 500, `${method} ${whole} ${JSON.stringify(headers)}`);
    if (status === 200) answered += 1;
  });
  await fc.assert(property, { numRuns: 300 });
  assert.ok(answered > 100, `only ${answered} requests reached the app`);
});

test("PATH-4, PATH-9: OPTIONS * and an absolute target reach the app", async () => {
  const options = await client.request({ method: "OPTIONS", path: "*" });
  assert.equal(options.text(), "OPTIONS *");
  const absolute = await client.request({ path: "http://example.test?a=b" });
  assert.equal(absolute.text(), "GET /");
  assert.deepEqual(violations.map(String), []);
});
