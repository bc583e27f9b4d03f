import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import net from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bindSocket, boundUrl } from "#src/server/bound-socket.js";
import { parseListen, type TcpTarget, type UnixTarget } from "#src/server/listen-url.js";

const CHILD = `
  const server = require("node:net").createServer((socket) => socket.end(process.argv[1]));
  server.listen({ fd: 3 }, () => process.send("ready"));
  process.on("message", () => { server.close(() => process.disconnect()); });
`;

function child(word: string, fd: number) {
  const stdio = ["ignore", "inherit", "inherit", fd, "ipc"] as const;
  return spawn(process.execPath, ["-e", CHILD, word], { stdio: [...stdio] });
}

async function ask(where: net.NetConnectOpts): Promise<string> {
  const socket = net.connect(where);
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => (text += chunk));
  await once(socket, "close");
  return text;
}

const loopback = parseListen("http://127.0.0.1:0") as TcpTarget;

test("a child listens on the bound socket, and its successor takes over without a refusal", async () => {
  const socket = await bindSocket(loopback);
  const { port } = socket.target as TcpTarget;
  assert.notEqual(port, 0);
  assert.equal(boundUrl(socket), `http://127.0.0.1:${port}`);
  const first = child("first", socket.fd);
  await once(first, "message");
  assert.equal(await ask({ port, host: "127.0.0.1" }), "first");
  first.send("stop");
  await once(first, "exit");
  // Nobody accepts now: the connection waits in the queue of the kernel.
  const waiting = ask({ port, host: "127.0.0.1" });
  const second = child("second", socket.fd);
  assert.equal(await waiting, "second");
  second.send("stop");
  await once(second, "exit");
  socket.close();
});

test("a busy port is refused in one line", async () => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  await assert.rejects(bindSocket({ ...loopback, port }), {
    name: "ListenError",
    message: `cannot listen on http://127.0.0.1:${port}: something else is listening there; choose another address or stop the other (EADDRINUSE)`,
  });
  server.close();
});

test("an address of another machine is refused", async () => {
  await assert.rejects(bindSocket({ ...loopback, host: "192.0.2.1" }), /no such address \(EADDRNOTAVAIL\)/);
});

test("a unix socket gets its mode, and its path goes when it is closed", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tack-bound-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "app.sock");
  const socket = await bindSocket(parseListen(`unix:${path}?mode=600`) as UnixTarget);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const server = child("unix", socket.fd);
  await once(server, "message");
  assert.equal(await ask({ path }), "unix");
  await assert.rejects(bindSocket({ kind: "unix", path }), /something else is listening there/);
  server.send("stop");
  await once(server, "exit");
  socket.close();
  assert.equal(existsSync(path), false);
});

test("the path of a server that was killed is taken over", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tack-bound-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "app.sock");
  const code = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.send("ready"))`;
  const dead = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  await once(dead, "message");
  dead.kill("SIGKILL");
  await once(dead, "exit");
  assert.equal(existsSync(path), true);
  (await bindSocket({ kind: "unix", path })).close();
});
