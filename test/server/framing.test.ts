import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { HttpError } from "tack/http/errors";
import { connected, GET, httpApp, restOf, started } from "./server-tools.js";

const CLOSE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** A handle that never runs dry. */
const endless = {
  read: (buffer: Uint8Array, offset: number, length: number) => {
    buffer.fill(0x78, offset, offset + length);
    return Promise.resolve({ bytesRead: length });
  },
};

test("HTTP-22: a handle with more bytes than content-length fails the send; nothing of it leaves", async () => {
  let rule: unknown;
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200, headers: [["content-length", "10"]] });
    await send({ type: "http.response.body", handle: endless }).catch((error: { rule: string }) => {
      rule = error.rule;
    });
    await send({ type: "http.response.body", body: "0123456789" });
  });
  const connection = await connected(await started(app));
  await connection.write(CLOSE);
  const text = await restOf(connection);
  assert.equal(rule, "HTTP-22");
  assert.match(text, /\r\n\r\n0123456789$/);
});

test("HTTP-28: a handle that goes beyond content-length later on breaks the response off", async () => {
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200, headers: [["content-length", "70000"]] });
    await send({ type: "http.response.body", handle: endless });
  });
  const connection = await connected(await started(app));
  await connection.write(GET + GET);
  const text = await restOf(connection);
  assert.ok(text.split("HTTP/1.1").length <= 2);
  assert.ok(text.length - text.indexOf("\r\n\r\n") - 4 < 70_000);
});

test("HTTP-17: trailers follow a file, too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tack-"));
  after(() => rm(folder, { recursive: true }));
  const file = join(folder, "a.txt");
  writeFileSync(file, "hello");
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200, trailers: true });
    await send({ type: "http.response.body", file });
    await send({ type: "http.response.trailers", headers: [["x-sum", "5"]] });
  });
  const connection = await connected(await started(app));
  await connection.write(CLOSE);
  assert.match(
    await restOf(connection),
    /transfer-encoding: chunked[^]*\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 5\r\n\r\n$/,
  );
});

test("HTTP-6: no 100 is written once a response has started", async () => {
  const app = httpApp(async (_scope, receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: "a", more: true });
    const event = await receive();
    await send({ type: "http.response.body", body: event.type });
  });
  const connection = await connected(await started(app));
  await connection.write("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  await connection.responses.head("POST");
  await connection.write("x");
  assert.equal(await restOf(connection), "1\r\na\r\nc\r\nhttp.request\r\n0\r\n\r\n");
});

test("HTTP-27: an HttpError whose content-length does not fit its text becomes a plain 500", async () => {
  const app = httpApp(() => {
    throw new HttpError(404, "no such thing", { headers: [["content-length", "2"]] });
  });
  const connection = await connected(await started(app));
  await connection.write(CLOSE);
  assert.match(
    await restOf(connection),
    /^HTTP\/1\.1 500 [^]*content-length: 22\r\n[^]*\r\n\r\nInternal Server Error\n$/,
  );
});

for (const [status, method] of [
  [404, "HEAD"],
  [204, "GET"],
  [205, "GET"],
  [304, "GET"],
] as const) {
  test(`HTTP-27: an HttpError ${status} answers ${method} without a body`, async () => {
    const app = httpApp(() => {
      throw new HttpError(status, "words");
    });
    const connection = await connected(await started(app));
    await connection.write(`${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const text = await restOf(connection);
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.equal(text.slice(text.indexOf("\r\n\r\n")), "\r\n\r\n");
  });
}

test("an informational response has no content-length (RFC 9110 8.6)", async () => {
  const app = httpApp(async (_scope, _receive, send) => {
    await assert.rejects(
      send({ type: "http.response.informational", status: 103, headers: [["content-length", "5"]] }),
      { rule: "HEAD-12" },
    );
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body" });
  });
  const connection = await connected(await started(app));
  await connection.write(CLOSE);
  assert.match(await restOf(connection), /^HTTP\/1\.1 200 /);
});

test("a file that nobody awaited and cannot be read becomes a 500, and the process lives", async () => {
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    void send({ type: "http.response.body", file: "/no/such/file" });
  });
  const connection = await connected(await started(app));
  await connection.write(CLOSE);
  assert.match(await restOf(connection), /^HTTP\/1\.1 500 /);
});

test("HTTP-27: an HttpError that names its content type has only that one", async () => {
  const app = httpApp(() => {
    throw new HttpError(422, "{}", { headers: [["content-type", "application/json"]] });
  });
  const connection = await connected(await started(app));
  await connection.write(CLOSE);
  assert.deepEqual((await restOf(connection)).match(/content-type: .*/g), ["content-type: application/json"]);
});
