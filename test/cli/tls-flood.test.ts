/** Thousands of handshakes that hang: the server goes on answering, and does not grow with their number. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { createLiveClient } from "tack/testing";
import { helloOf } from "../support/client-hello.js";
import { appSaying, folderOf, start } from "./launch.js";

const CLIENTS = 4000;
const MEBIBYTE = 2 ** 20;

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** A client that says `first` and nothing more; resolves when the server has answered it or cut it off. */
function hanging(port: number, first: Uint8Array, sockets: Socket[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(first));
    sockets.push(socket.on("error", () => undefined));
    socket.once("close", () => resolve()).once("data", () => resolve());
  });
}

test("4,000 handshakes that hang", { skip: process.platform !== "linux" && "needs /proc" }, async (t) => {
  const folder = folderOf(t, { "app.js": appSaying("still here") });
  const environment = {
    XDG_CACHE_HOME: folder,
    TACK_HANDSHAKE_TIMEOUT_MS: "60000",
    TACK_MAX_HANDSHAKES: "200",
  };
  const { url, launched } = await start(t, ["--tls-self-signed", "-p", "0"], { folder, environment });
  const client = createLiveClient(url);
  t.after(() => client.close());
  assert.equal((await client.request()).text(), "still here");
  const pid = launched.process.pid!;
  const before = residentBytes(pid);
  const hello = await helloOf({ servername: "localhost" });
  const sockets: Socket[] = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const port = Number(new URL(url).port);
  for (let made = 0; made < CLIENTS; made += 200) {
    await Promise.all(Array.from({ length: 200 }, () => hanging(port, hello, sockets)));
  }
  assert.equal((await client.request()).text(), "still here");
  const grown = (residentBytes(pid) - before) / MEBIBYTE;
  assert.ok(grown < 130, `${grown} MiB more`);
});
