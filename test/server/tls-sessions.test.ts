/** Session tickets: who resumes what, in one process, in several, and after a reload. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ConnectionOptions, SecureVersion } from "node:tls";
import type { Running } from "#src/server/handler.js";
import type { ServerContext } from "#src/server/server-context.js";
import { until } from "../support/hosted.js";
import { blockOf, frameOf, PREFACE, requestFields } from "../support/http2-frames.js";
import { authority, certificateFor } from "../support/certificates.js";
import { GET, httpApp, okApp } from "./server-tools.js";
import { allOf, secured, shaken } from "./tls-tools.js";

const folder = await mkdtemp(join(tmpdir(), "tack-tls-"));
after(() => rm(folder, { recursive: true }));

async function keysFile(name: string, bytes: Buffer = randomBytes(48)): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const GET_BLOCK = blockOf(requestFields());
const VERSIONS: readonly SecureVersion[] = ["TLSv1.2", "TLSv1.3"];

/** The session that the server gives to a client of this kind. */
async function sessionOf(running: Running, options: ConnectionOptions): Promise<Buffer> {
  const socket = await shaken(running, options);
  const given = new Promise<Buffer>((resolve) => socket.once("session", resolve));
  const isAnswered = new Promise((resolve) => socket.once("data", resolve));
  socket.write(GET);
  await isAnswered;
  // TLS 1.2 has given it within the handshake.
  const session = socket.getProtocol() === "TLSv1.2" ? socket.getSession() : await given;
  socket.destroy();
  return session!;
}

/** Whether the server takes up that session. */
async function resumes(running: Running, session: Buffer, options: ConnectionOptions): Promise<boolean> {
  const socket = await shaken(running, { ...options, session });
  const isReused = socket.isSessionReused();
  socket.write("GET / HTTP/1.0\r\n\r\n");
  assert.match(await allOf(socket), /^HTTP\/1\.1 200 /);
  return isReused;
}

for (const maxVersion of VERSIONS) {
  test(`${maxVersion}: a session is resumed until the certificates are read again`, async () => {
    const running = await secured(okApp);
    const session = await sessionOf(running, { maxVersion });
    assert.equal(await resumes(running, session, { maxVersion }), true);
    await running.reloadTls!();
    assert.equal(await resumes(running, session, { maxVersion }), false);
  });

  test(`${maxVersion}: servers with the same ticket keys resume each other's sessions`, async () => {
    const secret = randomBytes(48);
    const [mine, yours, others] = await Promise.all([
      secured(okApp, { ticketKeys: await keysFile("mine", secret) }),
      secured(okApp, { ticketKeys: await keysFile("yours", secret) }),
      secured(okApp, { ticketKeys: await keysFile("others") }),
    ]);
    const session = await sessionOf(mine, { maxVersion });
    assert.equal(await resumes(yours, session, { maxVersion }), true);
    assert.equal(await resumes(others, session, { maxVersion }), false);
    await keysFile("yours");
    await yours.reloadTls!();
    assert.equal(await resumes(yours, session, { maxVersion }), false);
    await keysFile("yours", secret);
    await yours.reloadTls!();
    assert.equal(await resumes(yours, session, { maxVersion }), true);
  });

  test(`${maxVersion}: no session leads past a demand for client certificates`, async () => {
    const ticketKeys = await keysFile("shared");
    const open = await secured(okApp, { ticketKeys });
    const strict = await secured(okApp, { ticketKeys, ca: authority.cert, clientCert: "require" });
    const session = await sessionOf(open, { maxVersion });
    // With TLS 1.3 a client learns only after its own handshake that the server has refused it.
    const refused = async (): Promise<void> => {
      const socket = await shaken(strict, { maxVersion, session });
      socket.write(GET);
      for await (const _ of socket) throw new Error("it was answered");
      throw new Error("it was closed");
    };
    await assert.rejects(refused, { message: /closed|alert|ECONNRESET|disconnected|aborted|socket hang up/ });
  });
}

test("EXT-TLS-2: a resumed session still has the client's name", async () => {
  const names: (string | null | undefined)[] = [];
  const app = httpApp(async (scope, receive, send) => {
    if (scope.type === "http") names.push(scope.extensions.tls?.clientCertName);
    await okApp(scope, receive, send);
  });
  const running = await secured(app, { ca: authority.cert, clientCert: "require" });
  const ann = certificateFor([], { commonName: "ann" });
  for (const maxVersion of VERSIONS) {
    const session = await sessionOf(running, { ...ann, maxVersion });
    assert.equal(await resumes(running, session, { maxVersion }), true);
  }
  assert.deepEqual(names, ["CN=ann", "CN=ann", "CN=ann", "CN=ann"]);
});

test("EXT-TLS-2: an app that asks when the client has left still learns who that was", async () => {
  const ann = certificateFor([], { commonName: "ann" });
  for (const protocol of ["http/1.1", "h2"]) {
    let tell = (_told: unknown): void => undefined;
    const told = new Promise<unknown>((resolve) => (tell = resolve));
    const app = httpApp(async (scope) => {
      if (scope.type !== "http") return;
      await scope.connection.closed;
      await new Promise((resolve) => setImmediate(resolve));
      const { tls } = scope.extensions;
      tell([tls?.clientCertName, tls?.tlsVersion, tls?.cipherSuite]);
    });
    const running = await secured(
      app,
      { ca: authority.cert, clientCert: "require" },
      { halfCloseGraceMs: 20 },
    );
    const socket = await shaken(running, { ...ann, ALPNProtocols: [protocol] });
    const request = protocol === "h2" ? [PREFACE, frameOf(4, 0, 0), frameOf(1, 5, 1, GET_BLOCK)] : [GET];
    for (const part of request) socket.write(part);
    await until(() => (running as unknown as ServerContext).requestsInFlight === 1);
    socket.destroy();
    assert.deepEqual(await told, ["CN=ann", 0x0304, 0x1302], protocol);
  }
});

test("TLSv1.2: a client gets no second handshake on its connection", async () => {
  const running = await secured(okApp);
  const socket = await shaken(running, { maxVersion: "TLSv1.2" });
  const outcome = await new Promise<unknown>((resolve) => {
    socket.once("error", resolve).once("close", () => resolve("closed"));
    socket.renegotiate({ rejectUnauthorized: false }, (error) => resolve(error ?? "done"));
    socket.resume();
  });
  assert.notEqual(outcome, "done");
  assert.match(String(outcome), /renegotiation/);
});
