/** HTTP/2 with clients that were written by others: nghttp, h2load and curl. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { Running } from "#src/server/handler.js";
import { local } from "../support/certificates.js";
import { curl, skip as skipCurl } from "../support/curl.js";

const skip = spawnSync("nghttp", ["--version"]).status === 0 ? false : "needs nghttp2-client";

/** Says what it got, with a hint before and a trailer behind. */
const app: App = async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
  let size = 0;
  for (let more = true; more;) {
    const event = await receive();
    if (event.type !== "http.request") return;
    size += event.body.byteLength;
    ({ more } = event);
  }
  if (scope.path === "/hint") {
    await send({ type: "http.response.informational", status: 103, headers: [["link", "</a.css>"]] });
  }
  const headers = [["content-type", "text/plain"]] as const;
  await send({ type: "http.response.start", status: 200, headers, trailers: true });
  const body = `${scope.httpVersion} ${scope.scheme} ${scope.method} ${scope.path} ${size}\n`;
  await send({ type: "http.response.body", body });
  await send({ type: "http.response.trailers", headers: [["x-sum", "42"]] });
};

let clear: Running;
let secure: Running;

before(async () => {
  clear = await standalone({ listen: ["http://127.0.0.1:0"] }).run(app);
  const tls = { cert: local.cert, key: local.key };
  secure = await standalone({ listen: ["https://127.0.0.1:0"], tls }).run(app);
});

after(async () => {
  await Promise.all([clear.close({ graceMs: 0 }), secure.close({ graceMs: 0 })]);
});

/** What a program says on its standard output. */
async function said(program: string, words: readonly string[], input = ""): Promise<string> {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "ignore"] });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stdin.end(input);
  await new Promise((resolve) => child.once("close", resolve));
  return out;
}

test("nghttp gets a page in the clear and over TLS", { skip }, async () => {
  assert.equal(await said("nghttp", [`${clear.url}/a`]), "2 http GET /a 0\n");
  assert.equal(await said("nghttp", ["--no-verify-peer", `${secure.url}/a`]), "2 https GET /a 0\n");
});

test("nghttp uploads, with a window that the body exceeds", { skip }, async () => {
  const words = ["--data=-", "--window-bits=14", `${clear.url}/up`];
  assert.equal(await said("nghttp", words, "a".repeat(300_000)), "2 http POST /up 300000\n");
});

test("nghttp sees a hint before the response and a trailer behind it", { skip }, async () => {
  const frames = await said("nghttp", ["-nv", "--no-dep", `${clear.url}/hint`]);
  assert.match(frames, /:status: 103[^]*:status: 200[^]*x-sum: 42/);
});

test("nghttp asks for many pages on one connection", { skip }, async () => {
  const urls = Array.from({ length: 50 }, (_, index) => `${clear.url}/${index}`);
  const pages = (await said("nghttp", urls)).trim().split("\n");
  assert.deepEqual(new Set(pages).size, 50);
});

for (const [name, url] of [
  ["in the clear", () => clear.url],
  ["over TLS", () => secure.url],
] as const) {
  test(`h2load has all of its requests answered ${name}`, { skip }, async () => {
    const report = await said("h2load", ["-n2000", "-c4", "-m50", `${url()}/load`]);
    assert.match(report, /2000 total, 2000 started, 2000 done, 2000 succeeded, 0 failed, 0 errored/);
  });
}

test("curl speaks HTTP/2 by prior knowledge, and over TLS by ALPN", { skip: skipCurl }, async () => {
  const known = await curl(["--http2-prior-knowledge", `${clear.url}/a`]);
  assert.equal(known.out, "2 http GET /a 0\n");
  const agreed = await curl(["--insecure", "--http2", "--verbose", `${secure.url}/a`]);
  assert.equal(agreed.out, "2 https GET /a 0\n");
  assert.match(agreed.err, /ALPN[^\n]*accepted[^\n]*h2/i);
});

test("curl uploads over HTTP/2, and sees a trailer", { skip: skipCurl }, async () => {
  const words = ["--http2-prior-knowledge", "--include", "--data-binary", "@-", `${clear.url}/up`];
  const { out } = await curl(words, "a".repeat(500_000));
  assert.match(out, /^HTTP\/2 200[^]*2 http POST \/up 500000\n[^]*x-sum: 42/);
});

test("a client that asks for an upgrade to HTTP/2 is answered in HTTP/1.1", { skip: skipCurl }, async () => {
  assert.equal((await curl(["--http2", `${clear.url}/a`])).out, "1.1 http GET /a 0\n");
});

/** The agent of Node's own `fetch`, which is undici; told to speak HTTP/2. */
async function http2Agent(): Promise<{ close(): Promise<void> }> {
  await (await fetch(clear.url)).text();
  const places = globalThis as unknown as Record<symbol, object | undefined>;
  const [newer, older] = [2, 1].map((version) => places[Symbol.for(`undici.globalDispatcher.${version}`)]);
  const Agent = (newer ?? older)!.constructor as new (options: object) => { close(): Promise<void> };
  return new Agent({ allowH2: true, connect: { rejectUnauthorized: false } });
}

test("undici speaks HTTP/2 over TLS, several requests at once", async () => {
  const dispatcher = await http2Agent();
  const bodies = Array.from({ length: 20 }, (_, index) => "x".repeat(index * 1000));
  const texts = await Promise.all(
    bodies.map(async (body) => {
      const answer = await fetch(`${secure.url}/u`, { method: "POST", body, dispatcher } as RequestInit);
      return answer.text();
    }),
  );
  assert.deepEqual(
    texts,
    bodies.map((body) => `2 https POST /u ${body.length}\n`),
  );
  await dispatcher.close();
});
