/** The standalone server as curl sees it: a client that was written by others. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { Running } from "#src/server/handler.js";
import { curl, skip } from "../support/curl.js";

const folder = mkdtempSync(join(tmpdir(), "tack-curl-"));
const unixPath = join(folder, "app.sock");
let running: Running;

/** Says what it got: version, method, body; with trailers on `/trailers`, and both ways. */
const app: App = async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error("only http");
  let body = "";
  let sent = "";
  for (let more = true; more;) {
    const event = await receive();
    if (event.type !== "http.request") return;
    body += Buffer.from(event.body).toString("latin1");
    for (const [name, value] of event.trailers ?? []) sent += ` ${name}=${value}`;
    more = event.more;
  }
  const trailers = scope.path === "/trailers";
  const headers = [["content-type", "text/plain"]] as const;
  await send({ type: "http.response.start", status: 200, headers, trailers });
  const text = `${scope.httpVersion} ${scope.method} ${scope.path} ${body}${sent}`;
  await send({ type: "http.response.body", body: text });
  if (trailers) await send({ type: "http.response.trailers", headers: [["x-sum", "42"]] });
};

before(async () => {
  running = await standalone({ listen: ["http://127.0.0.1:0", `unix:${unixPath}`] }).run(app);
});

after(async () => {
  await running.close({ graceMs: 0 });
  rmSync(folder, { recursive: true });
});

test("curl speaks HTTP/1.0 and 1.1", { skip }, async () => {
  assert.equal((await curl(["--http1.0", `${running.url}/a`])).out, "1.0 GET /a ");
  assert.equal((await curl(["--http1.1", `${running.url}/a`])).out, "1.1 GET /a ");
});

test("curl --head gets a head with a length and no body", { skip }, async () => {
  const { out, code } = await curl(["--head", `${running.url}/a`]);
  assert.equal(code, 0);
  assert.match(out, /^HTTP\/1\.1 200 OK\r\n[^]*^content-length: 12\r\n/m);
  assert.ok(out.endsWith("\r\n\r\n"));
});

test("curl uploads from its standard input, chunked", { skip }, async () => {
  const words = ["--upload-file", "-", "--header", "Expect:", `${running.url}/up`];
  const { out } = await curl(words, "a".repeat(100_000));
  assert.equal(out, `1.1 PUT /up ${"a".repeat(100_000)}`);
});

test("curl is told to continue before it sends its body", { skip }, async () => {
  const head = ["--verbose", "--header", "Expect: 100-continue", "--expect100-timeout", "9"];
  const { out, err } = await curl([...head, "--data-binary", "@-", `${running.url}/wait`], "late body");
  assert.match(err, /< HTTP\/1\.1 100 Continue/);
  assert.equal(out, "1.1 POST /wait late body");
});

test("curl sees trailers after the body", { skip }, async () => {
  const { out, err } = await curl(["--verbose", "--include", `${running.url}/trailers`]);
  assert.match(err, /transfer-encoding: chunked/i);
  assert.match(`${out}${err}`, /x-sum: 42/);
});

test("curl asks through a unix socket", { skip }, async () => {
  const { out } = await curl(["--unix-socket", unixPath, "http://localhost/through"]);
  assert.equal(out, "1.1 GET /through ");
});

test("curl uses one connection for several requests", { skip }, async () => {
  const urls = ["/one", "/two", "/three"].map((path) => `${running.url}${path}`);
  const { out, err } = await curl(["--verbose", ...urls]);
  assert.equal(out, "1.1 GET /one 1.1 GET /two 1.1 GET /three ");
  assert.equal(err.match(/Re-using existing connection/gi)?.length, 2, err);
});

test("curl uses a method of its own choice", { skip }, async () => {
  const { out } = await curl(["--compressed", "--request", "PROPFIND", `${running.url}/dav?x=1`]);
  assert.equal(out, "1.1 PROPFIND /dav ");
});
