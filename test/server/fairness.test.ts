/** An app that sends without end keeps nobody else from being served, whether its client reads all or is gone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { App, DisconnectReason } from "tack";
import { connected, GET, httpApp, okApp, restOf, started } from "./server-tools.js";

const CLOSE = "GET /fine HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const PIECES = {
  tiny: "a",
  "of 10 kB": "s".repeat(10_000),
  "of 64 kB": new Uint8Array(65_536),
} as const;

/** Sends until told that it is over; says why its client left. */
function endless(
  body: string | Uint8Array,
  state: { isOver: boolean; reason?: DisconnectReason | null },
): App {
  return httpApp(async (scope, receive, send) => {
    if (scope.type !== "http" || scope.path === "/fine") return okApp(scope, receive, send);
    await send({ type: "http.response.start", status: 200 });
    while (!state.isOver && scope.connection.isConnected) {
      await send({ type: "http.response.body", body, more: true });
    }
    state.reason = scope.connection.disconnectReason;
  });
}

/** Sends until told that it is over and never looks whether anybody is there. */
function blind(body: string | Uint8Array, state: { isOver: boolean }): App {
  return httpApp(async (scope, receive, send) => {
    if (scope.type !== "http" || scope.path === "/fine") return okApp(scope, receive, send);
    await send({ type: "http.response.start", status: 200 });
    while (!state.isOver) await send({ type: "http.response.body", body, more: true });
  });
}

for (const [size, body] of Object.entries(PIECES)) {
  test(`pieces ${size} without end: another client is served, and the end of the first is noticed`, async () => {
    const state: { isOver: boolean; reason?: DisconnectReason | null } = { isOver: false };
    const running = await started(endless(body, state));
    const greedy = await connected(running);
    await greedy.write(GET);
    for (let piece = 0; piece < 50; piece++) await greedy.source.some();
    const other = await connected(running);
    await other.write(CLOSE);
    assert.match(await restOf(other), /^HTTP\/1\.1 200 [^]*ok$/);
    greedy.reset();
    const later = await connected(running);
    await later.write(CLOSE);
    assert.match(await restOf(later), /^HTTP\/1\.1 200 [^]*ok$/);
    await running.close();
    assert.equal(state.reason, "client_closed");
  });

  test(`pieces ${size} sent to nobody: the next client is served`, async () => {
    const state = { isOver: false };
    const running = await started(blind(body, state));
    const greedy = await connected(running);
    await greedy.write(GET);
    for (let piece = 0; piece < 50; piece++) await greedy.source.some();
    greedy.reset();
    const other = await connected(running);
    await other.write(CLOSE);
    assert.match(await restOf(other), /^HTTP\/1\.1 200 [^]*ok$/);
    state.isOver = true;
  });
}
