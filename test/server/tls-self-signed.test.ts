/** The certificate for development: made once, kept, private, and good for this machine. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect } from "node:tls";
import { makeCertificate } from "#src/server/tls/make-certificate.js";
import { selfSignedFile } from "#src/server/tls/self-signed.js";
import { okApp } from "./server-tools.js";
import { secured } from "./tls-tools.js";

const base = mkdtempSync(join(tmpdir(), "tack-self-"));
after(() => rmSync(base, { recursive: true }));

test("it is made once, for its owner alone, in a folder of its own", () => {
  const folder = join(base, "a", "b");
  const path = selfSignedFile(folder);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const first = readFileSync(path, "utf8");
  assert.equal(selfSignedFile(folder), path);
  assert.equal(readFileSync(path, "utf8"), first);
  assert.deepEqual(readdirSync(folder), ["self-signed.pem"]);
});

test("it is good for this machine under all its names, for a year, and for no signing", () => {
  const certificate = new X509Certificate(readFileSync(selfSignedFile(base)));
  assert.equal(certificate.checkHost("localhost"), "localhost");
  for (const address of ["127.0.0.1", "::1"]) assert.equal(certificate.checkIP(address), address);
  assert.equal(certificate.checkHost("example.com"), undefined);
  assert.equal(certificate.ca, false);
  const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
  assert.ok(days > 364 && days < 366);
});

test("what is broken, another's, or about to end is made anew", () => {
  const soon = makeCertificate({ commonName: "localhost", validTo: new Date(Date.now() + 86_400_000) });
  const other = makeCertificate({ commonName: "localhost", validTo: new Date(Date.now() + 86_400_000_000) });
  for (const content of ["", "nonsense", soon.cert + soon.key, other.cert + soon.key, other.cert]) {
    writeFileSync(join(base, "self-signed.pem"), content);
    const made = readFileSync(selfSignedFile(base), "utf8");
    assert.notEqual(made, content);
    assert.match(made, /BEGIN CERTIFICATE[^]*BEGIN PRIVATE KEY/);
  }
});

test("a folder that cannot be had is said so", () => {
  const file = join(base, "file");
  writeFileSync(file, "");
  assert.throws(() => selfSignedFile(join(file, "x")), {
    name: "UsageError",
    message: /cannot keep a certificate in/,
  });
});

test("a client that is given it trusts the server", async () => {
  const path = selfSignedFile(join(base, "trust"));
  const running = await secured(okApp, { cert: path, key: [] });
  const port = Number(new URL(running.url).port);
  const socket = connect({ host: "127.0.0.1", port, servername: "localhost", ca: readFileSync(path) });
  after(() => socket.destroy());
  await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  assert.equal(socket.authorized, true);
});
