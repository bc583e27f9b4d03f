/** The launcher with TLS: options, signals, children, and what it says when something is wrong. */
import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { certificateFor, local } from "../support/certificates.js";
import { appSaying, folderOf, run, start } from "./launch.js";

const other = certificateFor(["other.test", "127.0.0.1"]);

function tlsFolder(t: TestContext): string {
  return folderOf(t, { "app.js": appSaying("hello"), "c.pem": local.cert, "k.pem": local.key });
}

/** The body, and the name in the certificate, of one request on a connection of its own. */
function ask(url: string): Promise<{ text: string; name: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { rejectUnauthorized: false, agent: false }, (response) => {
      const name = String((response.socket as TLSSocket).getPeerCertificate().subject.CN);
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve({ text, name }));
    });
    asked.on("error", reject).end();
  });
}

test("--tls-cert and --tls-key make --host and --port https, and listen URLs bring their own", async (t) => {
  const folder = tlsFolder(t);
  writeFileSync(join(folder, "other.pem"), other.key + other.cert);
  const pair = ["--tls-cert", "c.pem", "--tls-key", "k.pem"];
  const plain = await start(t, [...pair, "-p", "0"], { folder });
  assert.match(plain.url, /^https:\/\/127\.0\.0\.1:\d+\/$/);
  assert.deepEqual(await ask(plain.url), { text: "hello", name: "localhost" });
  const own = await start(t, [...pair, "-l", "https://127.0.0.1:0?cert=other.pem"], { folder });
  assert.equal((await ask(own.url)).name, "other.test");
  const open = await start(t, [...pair, "-l", "http://127.0.0.1:0"], { folder });
  assert.match(open.url, /^http:/);
});

test("SIGHUP takes new certificates, and says so; broken ones change nothing", async (t) => {
  const folder = tlsFolder(t);
  const environment = { TACK_TLS_CERT: "c.pem", TACK_TLS_KEY: "k.pem", TACK_PORT: "0" };
  const { url, launched } = await start(t, [], { folder, environment });
  writeFileSync(join(folder, "both.pem"), other.key + other.cert);
  renameSync(join(folder, "both.pem"), join(folder, "c.pem"));
  launched.process.kill("SIGHUP");
  await launched.says(
    /error: TLS goes on with the old certificates: k\.pem does not fit the certificate c\.pem/,
  );
  assert.equal((await ask(url)).name, "localhost");
  writeFileSync(join(folder, "k.pem"), other.key);
  launched.process.kill("SIGHUP");
  await launched.says(/SIGHUP: TLS uses the certificates as they are now/);
  assert.equal((await ask(url)).name, "other.test");
  assert.equal(await launched.stop(), 0);
});

test("a server without TLS ends by SIGHUP, as programs do", async (t) => {
  const { launched } = await start(t, ["-p", "0"], { folder: tlsFolder(t) });
  assert.equal(await launched.stop("SIGHUP"), "SIGHUP");
});

test("the children of --reload speak TLS on the sockets they inherit", async (t) => {
  const folder = tlsFolder(t);
  const { url, launched } = await start(t, ["-r", "-l", "https://127.0.0.1:0?cert=c.pem&key=k.pem"], {
    folder,
  });
  assert.match(url, /^https:/);
  assert.deepEqual(await ask(url), { text: "hello", name: "localhost" });
  writeFileSync(join(folder, "app.js"), appSaying("new"));
  await launched.says(/reloaded in/);
  assert.equal((await ask(url)).text, "new");
});

test("--tls-self-signed makes a certificate for this machine and says where it is", async (t) => {
  const folder = tlsFolder(t);
  const environment = { XDG_CACHE_HOME: folder, HOME: folder };
  const { url, launched } = await start(t, ["--tls-self-signed", "-p", "0"], { folder, environment });
  assert.deepEqual(await ask(url), { text: "hello", name: "localhost" });
  const [, path = ""] = await launched.says(/self-signed certificate, for curl --cacert: (.*)/);
  assert.ok(path.startsWith(folder));
  const both = await run(["--tls-self-signed", "--tls-cert", "c.pem"], { folder, environment });
  assert.match(both.stderr, /give --tls-self-signed, or --tls-cert and --tls-key, not both/);
});

test("certificates that would not work end the start with one line", async (t) => {
  const folder = tlsFolder(t);
  const port = ["-p", "0"];
  const cases: [words: string[], line: RegExp][] = [
    [["--tls-cert", "none.pem"], /^Tack: cannot read the certificate none\.pem: there is no such file$/m],
    [["--tls-cert", "k.pem", "--tls-key", "c.pem"], /it holds a key; are certificate and key swapped\?$/m],
    [["-l", "https://127.0.0.1:0"], /^Tack: TLS needs a certificate: give cert, and key$/m],
    [["--tls-cert", "c.pem", "--tls-min-version", "1.1"], /^Tack: --tls-min-version wants 1\.2 or 1\.3/m],
  ];
  for (const [words, line] of cases) {
    const { code, stderr } = await run([...port, ...words], { folder });
    assert.match(stderr, line);
    assert.equal(code, 2);
  }
});
