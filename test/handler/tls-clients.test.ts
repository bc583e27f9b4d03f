/** TLS as clients see it that were written by others: curl, openssl, fetch, a browser. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { Running } from "#src/server/handler.js";
import { noBrowser, openBrowser } from "../support/browser.js";
import { authority, certificateFor, local } from "../support/certificates.js";
import { curl, skip as noCurl } from "../support/curl.js";

const noOpenssl = spawnSync("openssl", ["version"]).status === 0 ? false : "needs openssl";
const folder = mkdtempSync(join(tmpdir(), "tack-tls-"));
let running: Running;
let hostAndPort = "";

/** Says what it knows of the connection, and repeats the body. */
const app: App = async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error("only http");
  let body = "";
  for (let more = true; more;) {
    const event = await receive();
    if (event.type !== "http.request") return;
    body += Buffer.from(event.body).toString("latin1");
    ({ more } = event);
  }
  const { tls } = scope.extensions;
  const facts = [scope.scheme, scope.method, tls?.tlsVersion, tls?.clientCertName, tls?.clientCertError];
  await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
  await send({ type: "http.response.body", body: `${facts.join("|")}|${body.length}` });
};

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const client = certificateFor([], { commonName: "ann", organization: "Example, Inc." });
const caFile = file("ca.pem", authority.cert);
const clientFile = file("client.pem", client.cert + client.key);

before(async () => {
  const tls = { cert: local.cert, key: local.key, ca: authority.cert, clientCert: "request" } as const;
  running = await standalone({ listen: ["https://127.0.0.1:0"], tls }).run(app);
  hostAndPort = new URL(running.url).host;
});

after(async () => {
  await running.close({ graceMs: 0 });
  rmSync(folder, { recursive: true });
});

test("curl trusts the authority, posts, and reuses its connection", { skip: noCurl }, async () => {
  const posts = ["--cacert", caFile, "-d", "x".repeat(100_000), running.url];
  const gets = ["--silent", "--noproxy", "*", "--cacert", caFile, "-w", "\n%{num_connects}", running.url];
  const { code, out, err } = await curl([...posts, "--next", ...gets]);
  assert.equal(err, "");
  assert.equal(out, "https|POST|772|||100000https|GET|772|||0\n0");
  assert.equal(code, 0);
});

test("curl speaks TLS 1.2 and HTTP/1.0, and shows a certificate", { skip: noCurl }, async () => {
  const words = ["--cacert", caFile, "--tls-max", "1.2", "--http1.0", "--cert", clientFile];
  const { out, err } = await curl([...words, `https://localhost:${new URL(running.url).port}/`]);
  assert.equal(err, "");
  assert.equal(out, "https|GET|771|CN=ann,O=Example\\, Inc.||0");
});

/** Runs `openssl s_client` against the server, with one request. */
async function sClient(words: readonly string[]): Promise<string> {
  const child = spawn("openssl", ["s_client", "-connect", hostAndPort, "-ign_eof", ...words]);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  child.stdin.end("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

test("openssl agrees on protocol, chain, ALPN and a clean end", { skip: noOpenssl }, async () => {
  const text = await sClient(["-CAfile", caFile, "-alpn", "http/1.1", "-verify_return_error"]);
  assert.match(text, /ALPN protocol: http\/1\.1/);
  assert.match(text, /Verify return code: 0 \(ok\)/);
  assert.match(text, /https\|GET\|772/);
  assert.doesNotMatch(text, /unexpected eof|errno/);
});

test(
  "openssl resumes its session, over 1.2 and 1.3, and is known by its certificate",
  { skip: noOpenssl },
  async () => {
    for (const version of ["-tls1_2", "-tls1_3"]) {
      const session = join(folder, `session${version}`);
      const words = [version, "-cert", clientFile, "-key", clientFile];
      const first = await sClient([...words, "-sess_out", session]);
      assert.match(first, /^New, TLS/m);
      assert.match(first, /\|CN=ann,O=Example\\, Inc\.\|/);
      const second = await sClient([version, "-sess_in", session]);
      assert.match(second, /^Reused, TLS/m);
      assert.match(second, /\|CN=ann,O=Example\\, Inc\.\|/);
    }
  },
);

test("openssl offers what is not served and is refused", { skip: noOpenssl }, async () => {
  assert.match(await sClient(["-alpn", "spdy/3"]), /no application protocol/);
  assert.match(await sClient(["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]), /alert protocol version/);
});

test("fetch of Node is answered when it knows the authority", async () => {
  const code = `console.log(await (await fetch("${running.url}")).text())`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  assert.equal(out, "https|GET|772|||0\n");
});

test("a browser shows the page", { skip: noBrowser }, async () => {
  const browser = await openBrowser({ ignoreHTTPSErrors: true });
  try {
    const page = await browser.context.newPage();
    const response = await page.goto(running.url);
    assert.equal(response?.status(), 200);
    assert.equal((await response?.securityDetails())?.protocol, "TLS 1.3");
    assert.match(await page.innerText("body"), /^https\|GET\|772/);
    const posted = await page.evaluate(
      "fetch('/', { method: 'POST', body: 'abc' }).then((got) => got.text())",
    );
    assert.equal(posted, "https|POST|772|||3");
  } finally {
    await browser.close();
  }
});
