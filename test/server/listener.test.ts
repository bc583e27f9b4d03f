import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { serve } from "#src/server/server.js";
import { connected, GET, httpApp, okApp, pestered, restOf, started } from "./server-tools.js";

const folder = await mkdtemp(join(tmpdir(), "tack-"));
after(() => rm(folder, { recursive: true }));

test("a unix socket gets its mode, and its path goes away with the server", async () => {
  const path = join(folder, "mode.sock");
  const running = await started(okApp, { listen: [`unix:${path}?mode=600`] });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await running.close();
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
});

test("a unix socket that somebody answers on is left alone", async () => {
  const path = join(folder, "busy.sock");
  const running = await started(okApp, { listen: [`unix:${path}`] });
  await assert.rejects(serve(okApp, { listen: [`unix:${path}`] }), /something else is listening there/);
  const connection = await connected(running);
  await connection.write(GET);
  assert.equal((await connection.responses.head("GET")).status, 200);
});

test("HTTP-28: a response broken off on a unix socket ends its connection and nothing else", async () => {
  const path = join(folder, "broken.sock");
  const app = httpApp(async (scope, receive, send) => {
    if (scope.type === "http" && scope.path === "/ok") return okApp(scope, receive, send);
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: "a", more: true });
  });
  const running = await started(app, { listen: [`unix:${path}`] });
  const broken = await connected(running);
  await broken.write("GET / HTTP/1.0\r\n\r\n");
  await restOf(broken);
  const next = await connected(running);
  await next.write("GET /ok HTTP/1.0\r\n\r\n");
  assert.match(await restOf(next), /ok$/);
});

test("a client above maxConnections that stays is let go in the end", { timeout: 3000 }, async () => {
  const running = await started(okApp, { maxConnections: 1, lingerMs: 50 });
  await connected(running);
  await pestered(running, GET, "x");
});

test("a server listens somewhere", async () => {
  await assert.rejects(serve(okApp, { listen: [] }), { code: "USAGE" });
});

for (const rootPath of ["app", "/app/", "/"]) {
  test(`PATH-5: ${rootPath} is refused as a root path`, async () => {
    await assert.rejects(serve(okApp, { rootPath }), { code: "USAGE" });
  });
}
