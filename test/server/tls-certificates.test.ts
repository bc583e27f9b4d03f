/** Certificates: what is refused and why, which one a client is shown, and how they are replaced. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTcp } from "node:net";
import { Duplex } from "node:stream";
import { after, test } from "node:test";
import type { LogLevel } from "tack/pagi/extension";
import { whyUnread } from "#src/server/tls/certificate.js";
import { makeCertificate } from "#src/server/tls/make-certificate.js";
import { readContexts } from "#src/server/tls/secure-contexts.js";
import type { TlsSettings } from "#src/server/tls/settings.js";
import { TlsDoor } from "#src/server/tls/tls-door.js";
import { authority, certificateFor, local } from "../support/certificates.js";
import { GET, heldApp, okApp } from "./server-tools.js";
import { secured, shaken, shownTo } from "./tls-tools.js";

const folder = await mkdtemp(join(tmpdir(), "tack-tls-"));
after(() => rm(folder, { recursive: true }));

/** Writes a file of the test's folder and gives its path. */
async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const certFile = await file("cert.pem", local.cert);
const keyFile = await file("key.pem", local.key);
const bothFile = await file("both.pem", local.key + local.cert + authority.cert);
const encrypted = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open" },
});
const lockedFile = await file("locked.pem", encrypted.privateKey);
const passFile = await file("pass", "shut\n");

const REFUSED: [what: string, settings: TlsSettings, why: RegExp][] = [
  ["nothing", {}, /TLS needs a certificate/],
  [
    "a missing file",
    { cert: join(folder, "none.pem") },
    /cannot read the certificate .*none\.pem: there is no such file/,
  ],
  ["a folder", { cert: folder }, /it is a folder/],
  ["a key for a certificate", { cert: keyFile, key: certFile }, /certificate and key swapped/],
  ["no PEM", { cert: passFile, key: keyFile }, /it holds no certificate in PEM/],
  ["a certificate without a key", { cert: certFile }, /it holds no private key in PEM/],
  [
    "the key of another",
    { cert: certFile, key: authority.key },
    /the key does not fit the certificate .*cert\.pem/,
  ],
  ["an encrypted key", { cert: certFile, key: lockedFile }, /needs a passphrase/],
  [
    "a wrong passphrase",
    { cert: certFile, key: lockedFile, passphraseFile: passFile },
    /passphrase is wrong/,
  ],
  ["no variable", { cert: certFile, passphraseEnv: "TACK_NOT_SET" }, /TACK_NOT_SET .* is not set/],
  ["odd pairs", { cert: [certFile, certFile], key: keyFile }, /2 cert and 1 key/],
  [
    "the same twice",
    { cert: [bothFile, bothFile] },
    /two certificates of the same kind are for 127\.0|localhost/,
  ],
  ["short ticket keys", { cert: bothFile, ticketKeys: passFile }, /need 32 bytes at least/],
  ["no such ciphers", { cert: bothFile, ciphers: "NONE-SUCH" }, /TLS cannot be set up/],
  [
    "a broken authority",
    { cert: bothFile, ca: "-----BEGIN CERTIFICATE-----\nx" },
    /of the authority: it holds no certificate/,
  ],
];

for (const [what, settings, why] of REFUSED) {
  test(`${what}: the server does not start, and says why`, async () => {
    await assert.rejects(readContexts(settings), { name: "UsageError", message: why });
  });
}

test("a key that may not be read names the user", () => {
  const refused = Object.assign(new Error("no"), { code: "EACCES" });
  assert.match(whyUnread(refused), /^the user \S+ may not read it$/);
});

test("certificate and key may stand in one file, with the chain behind, and a passphrase opens a key", async () => {
  await readContexts({ cert: bothFile });
  const { cert } = certificateFor(["locked"], { keyType: "rsa" });
  process.env["TACK_TEST_PASS"] = "open";
  const wrong = readContexts({ cert, key: lockedFile, passphraseEnv: "TACK_TEST_PASS" });
  // The passphrase was right: only then it can be seen that the key is another one.
  await assert.rejects(wrong, /does not fit the certificate/);
});

test("a certificate out of its time is used with a warning", async () => {
  const past = certificateFor(["old"], { validFrom: new Date(0), validTo: new Date("2020-01-01") });
  const future = certificateFor(["new"], {
    validFrom: new Date(Date.now() + 3_600_000),
    validTo: new Date("2060-01-01"),
  });
  const cert = [await file("old.pem", past.cert), future.cert];
  const entries: [LogLevel, string][] = [];
  await secured(
    okApp,
    { cert, key: [past.key, future.key] },
    {
      log: ({ level, message }) => void entries.push([level, message]),
    },
  );
  const warnings = entries.filter(([level]) => level === "warn").map(([, message]) => message);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0]!, /old\.pem has expired on Jan {2}1 00:00:00 2020 GMT/);
  assert.match(warnings[1]!, /is not valid before/);
});

const first = certificateFor(["first.test", "127.0.0.1"]);
const wild = certificateFor(["*.wild.test", "*.xn--bcher-kva.test"], { keyType: "rsa" });
const exact = certificateFor(["exact.wild.test"]);

test("a client is shown the certificate of the host it names, else the first", async () => {
  const pairs = [first, wild, exact];
  const running = await secured(okApp, {
    cert: pairs.map(({ cert }) => cert),
    key: pairs.map(({ key }) => key),
  });
  const expected: [host: string | undefined, name: string][] = [
    [undefined, "first.test"],
    ["first.test", "first.test"],
    ["a.wild.test", "*.wild.test"],
    ["A.Wild.Test", "*.wild.test"],
    ["exact.wild.test", "exact.wild.test"],
    ["a.b.wild.test", "first.test"],
    ["wild.test", "first.test"],
    ["xn--strae-oqa.xn--bcher-kva.test", "*.wild.test"],
    ["else.where", "first.test"],
  ];
  for (const [host, name] of expected) assert.equal(await shownTo(running, host), name, host);
});

test("of two kinds of key for one name each client gets the one it can check", async () => {
  const validTo = new Date(Date.now() + 86_400_000);
  const wishes = ["one.test", "two.test"].flatMap((name) => {
    const wish = { commonName: name, names: [name], validTo };
    return [wish, { ...wish, keyType: "rsa" } as const];
  });
  const pairs = wishes.map((wish) => makeCertificate(wish));
  const running = await secured(okApp, {
    cert: pairs.map(({ cert }) => cert),
    key: pairs.map(({ key }) => key),
  });
  for (const servername of ["one.test", "two.test"]) {
    for (const [ciphers, type] of [
      ["ECDHE-RSA-AES128-GCM-SHA256", "rsa"],
      ["ECDHE-ECDSA-AES128-GCM-SHA256", "ec"],
    ]) {
      const socket = await shaken(running, { ciphers, servername, maxVersion: "TLSv1.2" });
      const shown = socket.getPeerX509Certificate();
      assert.equal(shown?.publicKey.asymmetricKeyType, type);
      assert.equal(shown?.subject, `CN=${servername}`);
    }
  }
});

test("a host is named in pieces, and a client that leaves in between is forgotten", async () => {
  const pairs = [first, exact];
  const running = await secured(
    okApp,
    { cert: pairs.map(({ cert }) => cert), key: pairs.map(({ key }) => key) },
    { maxConnections: 1 },
  );
  const port = Number(new URL(running.url).port);
  const leaving = connectTcp(port, "127.0.0.1");
  leaving.end(Buffer.of(22, 3, 1));
  await new Promise((resolve) => leaving.resume().once("close", resolve));
  const slow = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      const bytes = [...chunk];
      const next = (): void => {
        const byte = bytes.shift();
        if (byte === undefined) done();
        else tcp.write(Buffer.of(byte), next);
      };
      next();
    },
  });
  const tcp = connectTcp(port, "127.0.0.1").setNoDelay(true);
  tcp.on("data", (bytes: Buffer) => slow.push(bytes));
  const socket = await shaken(running, { socket: slow, servername: "exact.wild.test" });
  assert.equal(socket.getPeerCertificate().subject.CN, "exact.wild.test");
  tcp.destroy();
});

test("no TLS below 1.2 by default, nor below 1.3 when so said", async () => {
  const usual = await secured(okApp);
  const strict = await secured(okApp, { minVersion: "1.3" });
  // This client would speak anything.
  const old = { ciphers: "ALL:@SECLEVEL=0", minVersion: "TLSv1" } as const;
  assert.equal((await shaken(usual, { ...old, maxVersion: "TLSv1.2" })).getProtocol(), "TLSv1.2");
  await assert.rejects(shaken(usual, { ...old, maxVersion: "TLSv1.1" }));
  assert.equal((await shaken(strict)).getProtocol(), "TLSv1.3");
  await assert.rejects(shaken(strict, { ...old, maxVersion: "TLSv1.2" }));
});

test("a reload shows new certificates to new clients, and drops nobody", async () => {
  const cert = await file("renewed.pem", first.key + first.cert);
  const { app, release, entered } = heldApp();
  const running = await secured(app, { cert, key: [] });
  const open = await shaken(running);
  open.write(GET);
  await entered;
  await file("renewed.pem", exact.key + exact.cert);
  await running.reloadTls!();
  assert.equal(await shownTo(running, undefined), "exact.wild.test");
  assert.equal(await shownTo(running, "exact.wild.test"), "exact.wild.test");
  release();
  const answer = await new Promise<Buffer>((resolve) => open.once("data", resolve));
  assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
});

test("a reload that fails changes nothing, and the log says why", async () => {
  const cert = await file("bad.pem", first.key + first.cert);
  const messages: string[] = [];
  const log = ({ level, message }: { level: LogLevel; message: string }): void =>
    void messages.push(`${level}: ${message}`);
  const running = await secured(okApp, { cert, key: [] }, { log });
  await file("bad.pem", first.cert + exact.key);
  await assert.rejects(running.reloadTls!(), /does not fit/);
  assert.match(messages.at(-1)!, /^error: TLS goes on with the old certificates: .*does not fit/);
  assert.equal(await shownTo(running, undefined), "first.test");
});

test("replaced files are noticed, also behind a link that is turned", async () => {
  await file("one.pem", first.key + first.cert);
  await file("two.pem", wild.key + wild.cert);
  const link = join(folder, "link.pem");
  await symlink("one.pem", link);
  let reloaded = (): void => undefined;
  const isReloaded = new Promise<void>((resolve) => (reloaded = resolve));
  const log = ({ level }: { level: LogLevel }): void => (level === "info" ? reloaded() : undefined);
  const door = await TlsDoor.open(
    { cert: link },
    { handshakeTimeoutMs: 1000, maxHandshakes: 10, log, watchMs: 20 },
  );
  after(() => door.close());
  // The door itself keeps no process alive.
  const alive = setInterval(() => undefined, 1000);
  // What is missing for a moment is no reason to complain.
  await unlink(link);
  await symlink("two.pem", `${link}.new`);
  await rename(`${link}.new`, link);
  await isReloaded;
  clearInterval(alive);
});
