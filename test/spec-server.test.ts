/** Rules of the contract that only a running server can show, one by one against the standalone handler. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { standalone, type StandaloneOptions } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { HttpScope } from "#src/pagi/scope.js";
import { createLiveClient, type LiveClient } from "#src/testing/live-client.js";

async function served(
  app: App,
  work: (client: LiveClient) => Promise<void>,
  options: StandaloneOptions = {},
): Promise<void> {
  const running = await standalone({ ...options, listen: ["http://127.0.0.1:0"] }).run(app);
  const client = createLiveClient(running.url);
  try {
    await work(client);
  } finally {
    await client.close();
    await running.close();
  }
}

/** Sends raw bytes and reads until the server closes. */
async function exchange(client: LiveClient, bytes: string): Promise<string> {
  const connection = await client.connect();
  await connection.write(bytes);
  await connection.ended;
  const pieces: Uint8Array[] = [];
  for (
    let piece = await connection.source.some();
    piece !== undefined;
    piece = await connection.source.some()
  ) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("latin1");
}

/** An http app that shows its scope to the test before it answers. */
function answering(work: (scope: HttpScope) => unknown, text = "ok"): App {
  return async (scope, _receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    await work(scope);
    await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
    await send({ type: "http.response.body", body: text });
  };
}

test("SCOPE-20: a request that the server refuses never reaches the app", async () => {
  let calls = 0;
  await served(
    answering(() => (calls += 1)),
    async (client) => {
      const connection = await client.connect();
      await connection.write("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n");
      assert.match(
        await exchange(client, "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"),
        /^HTTP\/1\.1 400 /,
      );
    },
  );
  assert.equal(calls, 0);
});

test("PATH-11: the server's own root path goes in front of rootPath and rawPath", async () => {
  const seen: string[] = [];
  const app = answering(({ rootPath, path, rawPath }) => seen.push(rootPath, path, rawPath));
  await served(app, async (client) => void (await client.request({ path: "/a%20b" })), { rootPath: "/base" });
  assert.deepEqual(seen, ["/base", "/a b", "/base/a%20b"]);
});

test("CONN-16: an http exchange ends cleanly when its terminal event was written", async () => {
  const ends: unknown[] = [];
  const app = answering(({ connection }) => {
    connection.onComplete(() => ends.push("complete"));
    connection.onDisconnect(() => ends.push("disconnect"));
    void connection.closed.then((reason) => ends.push(reason));
  });
  await served(app, async (client) => void (await client.request()));
  assert.deepEqual([...ends].sort(), ["complete", null].sort());
});

test("HTTP-37: CONNECT is answered by the server, and an unknown upgrade is ignored", async () => {
  const methods: string[] = [];
  await served(
    answering(({ method }) => methods.push(method)),
    async (client) => {
      assert.equal((await client.request({ method: "CONNECT", path: "a.test:443" })).status, 501);
      const upgrade = await client.request({
        headers: [
          ["Connection", "upgrade"],
          ["Upgrade", "teleport/1"],
        ],
      });
      assert.equal(upgrade.status, 200);
    },
  );
  assert.deepEqual(methods, ["GET"]);
});

test("EXT-HINT-3: early hints are dropped for HTTP/1.0", async () => {
  const app: App = async (scope, receive, send) => {
    await send({ type: "http.response.informational", status: 103, headers: [["link", "</a.css>"]] });
    await answering(() => undefined)(scope, receive, send);
  };
  await served(app, async (client) => {
    const old = await client.request({ httpVersion: "1.0" });
    assert.deepEqual([old.status, old.text(), old.informational.length], [200, "ok", 0]);
    assert.equal((await client.request()).informational.length, 1);
  });
});

test("EXT-IO-1: after take the connection is the app's alone", async () => {
  const app: App = async (scope) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    const { socket } = scope.extensions.io!.take();
    socket.write("raw bytes");
    socket.end();
  };
  await served(app, async (client) => {
    assert.equal(await exchange(client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n"), "raw bytes");
  });
});

test("EXT-LOG-2: the logger of a scope never throws", async () => {
  const log = (): never => {
    throw new Error("the disk is full");
  };
  const app = answering(({ extensions }) => extensions.logger?.({ level: "info", message: "hello" }));
  await served(app, async (client) => assert.equal((await client.request()).status, 200), { log });
});
