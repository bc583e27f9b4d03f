/** Transfers as curl does them: large, slow, in part, through a proxy, given up. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { file } from "#src/app/file.js";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { DisconnectReason } from "#src/pagi/connection.js";
import type { Running } from "#src/server/handler.js";
import { curl, skip } from "../support/curl.js";

const folder = mkdtempSync(join(tmpdir(), "tack-curl-"));
const large = join(folder, "large.bin");
const SIZE = 8_000_000;
const files = file({ root: folder });
const ends: (DisconnectReason | null)[] = [];
let running: Running;

/** Counts the body's bytes; `/hints` sends early hints, `/stream` never ends, `/files` serves the folder. */
const app: App = async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error("only http");
  if (scope.path.startsWith("/large")) return files(scope, receive, send);
  if (scope.path === "/stream") {
    void scope.connection.closed.then((reason) => ends.push(reason));
    await send({ type: "http.response.start", status: 200 });
    while (scope.connection.isConnected) {
      await send({ type: "http.response.body", body: "s".repeat(10_000), more: true });
    }
    return;
  }
  let size = 0;
  for (let more = true; more;) {
    const event = await receive();
    if (event.type !== "http.request") return;
    size += event.body.byteLength;
    more = event.more;
  }
  if (scope.path === "/hints") {
    const headers = [["link", "</style.css>; rel=preload"]] as const;
    await send({ type: "http.response.informational", status: 103, headers });
  }
  const trailers = scope.path === "/trailers";
  await send({ type: "http.response.start", status: 200, trailers });
  await send({ type: "http.response.body", body: `${scope.method} ${scope.path} ${size}` });
  if (trailers) await send({ type: "http.response.trailers", headers: [["x-sum", "42"]] });
};

before(async () => {
  writeFileSync(large, Buffer.alloc(SIZE, "0123456789"));
  running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(app);
});

after(async () => {
  await running.close({ graceMs: 0 });
  rmSync(folder, { recursive: true });
});

test("curl uploads eight megabytes with a length", { skip }, async () => {
  const { out } = await curl(["--upload-file", large, `${running.url}/up`]);
  assert.equal(out, `PUT /up ${SIZE}`);
});

test("curl uploads eight megabytes in chunks", { skip }, async () => {
  const chunked = ["--header", "Transfer-Encoding: chunked", "--upload-file", large];
  assert.equal((await curl([...chunked, `${running.url}/up`])).out, `PUT /up ${SIZE}`);
});

test("curl uploads and downloads slowly", { skip }, async () => {
  const slow = ["--limit-rate", "6M"];
  const [up, down] = await Promise.all([
    curl([...slow, "--upload-file", large, `${running.url}/up`]),
    curl([...slow, "--output", join(folder, "slow.out"), `${running.url}/large.bin`]),
  ]);
  assert.equal(up.out, `PUT /up ${SIZE}`);
  assert.equal(down.code, 0, down.err);
  assert.equal(statSync(join(folder, "slow.out")).size, SIZE);
});

test("curl gets a range, the end, and is refused one outside", { skip }, async () => {
  const url = `${running.url}/large.bin`;
  assert.equal((await curl(["--range", "3-12", url])).out, "3456789012");
  assert.equal((await curl(["--range", "-4", url])).out, "6789");
  const status = ["--output", join(folder, "none"), "--write-out", "%{http_code}"];
  assert.equal((await curl([...status, "--range", `${SIZE}-`, url])).out, "416");
});

test("curl goes on with a download where it was given up", { skip }, async () => {
  const part = join(folder, "part");
  writeFileSync(part, Buffer.alloc(5, "0123456789"));
  const { code } = await curl(["--continue-at", "-", "--output", part, `${running.url}/large.bin`]);
  assert.equal(code, 0);
  assert.equal(statSync(part).size, SIZE);
});

test("curl sees early hints before the answer", { skip }, async () => {
  const { out, err } = await curl(["--verbose", `${running.url}/hints`]);
  assert.match(
    err,
    /< HTTP\/1\.1 103 Early Hints\r?\n< link: <\/style\.css>; rel=preload[^]*< HTTP\/1\.1 200/,
  );
  assert.equal(out, "GET /hints 0");
});

test("curl sends an absolute target when the server is its proxy", { skip }, async () => {
  const proxy = ["--noproxy", "", "--proxy", running.url, "--verbose"];
  const { out, err } = await curl([...proxy, "http://elsewhere.example/path"]);
  assert.match(err, /> GET http:\/\/elsewhere\.example\/path HTTP\/1\.1/);
  assert.equal(out, "GET /path 0");
});

test("curl shows chunks and trailers as they are on the wire", { skip }, async () => {
  const { out } = await curl(["--raw", `${running.url}/trailers`]);
  assert.equal(out, "f\r\nGET /trailers 0\r\n0\r\nx-sum: 42\r\n\r\n");
});

test("curl opens one connection for two requests", { skip }, async () => {
  const { out } = await curl(["--write-out", " %{num_connects}\\n", `${running.url}/a`, `${running.url}/b`]);
  assert.equal(out, "GET /a 0 1\nGET /b 0 0\n");
});

test("the app learns that curl has given up a download", { skip, timeout: 10_000 }, async () => {
  const { code } = await curl([
    "--max-time",
    "0.3",
    "--output",
    join(folder, "cut"),
    `${running.url}/stream`,
  ]);
  assert.equal(code, 28);
  while (ends.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(ends, ["client_closed"]);
});
