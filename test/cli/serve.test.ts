import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { bindSocket } from "#src/server/bound-socket.js";
import { appSaying, folderOf, start } from "./launch.js";

const free = ["--port", "0"];

async function textOf(url: string, init?: RequestInit): Promise<string> {
  return await (await fetch(url, init)).text();
}

test("without a name app.ts comes before app.mts, app.js and app.mjs", async (t) => {
  const names = ["app.ts", "app.mts", "app.js", "app.mjs"];
  for (const [index] of names.entries()) {
    const files = Object.fromEntries(names.slice(index).map((name) => [name, appSaying(name)]));
    const folder = folderOf(t, { ...files, "package.json": '{"type":"module"}' });
    const { url, launched } = await start(t, free, { folder });
    assert.equal(await textOf(url), names[index]);
    assert.equal(await launched.stop(), 0);
  }
});

test("TypeScript with types and imports runs, and so does what needs more than removed types", async (t) => {
  const folder = folderOf(t, {
    "app.ts": `import { Word } from "./word.ts";\nexport const fetch = (request: Request): Response => new Response(Word.Hello + request.method);\n`,
    "word.ts": `export enum Word { Hello = "hello " }\n`,
  });
  const { url } = await start(t, free, { folder });
  assert.equal(await textOf(url), "hello GET");
});

test("a module in a package that npm init made CommonJS runs", async (t) => {
  const folder = folderOf(t, { "app.ts": appSaying("module"), "package.json": '{"type":"commonjs"}' });
  const { url } = await start(t, free, { folder });
  assert.equal(await textOf(url), "module");
});

test("-e takes an expression, or statements that return an app, with helpers in sight", async (t) => {
  const folder = folderOf(t, {});
  const expression = await start(t, [...free, "-e", "reply(200, {}, 'one')"], { folder });
  assert.equal(await textOf(expression.url), "one");
  const code =
    "const { sep } = await load('node:path'); return mount({ '/a': fromFetch(() => new Response(sep)) })";
  const statements = await start(t, [...free, "-e", code], { folder });
  assert.equal(await textOf(`${statements.url}a`), "/");
});

const handler = `export function myServer(options) {
  return { name: "mine", async run() {
    let end;
    const closed = new Promise((resolve) => (end = resolve));
    const url = "http://test/" + options.listen[0] + "/" + options.maxHeaderCount;
    const timer = setInterval(() => {}, 1000);
    return { url, addresses: [{ url }], closed, close: async () => { clearInterval(timer); end(); } };
  } };
}\n`;

test("-s runs a handler of one's own, which gets listen URLs and limits", async (t) => {
  const folder = folderOf(t, { "my-server.mjs": handler, "app.mjs": appSaying("") });
  const { url, launched } = await start(t, ["-s", "./my-server.mjs", "-p", "9"], { folder });
  assert.match(url, /^http:\/\/test\/http:\/\/127\.0\.0\.1:9\/\d+\/$/);
  assert.match(launched.stderr, /^Tack \(mine\) accepting/);
  assert.equal(await launched.stop(), 0);
});

test("--path mounts the app, and answers 404 elsewhere", async (t) => {
  const code =
    "async (scope, receive, send) => reply(200, {}, scope.rootPath + ' ' + scope.path)(scope, receive, send)";
  const { url } = await start(t, [...free, "--path", "/shop", "-e", code], { folder: folderOf(t, {}) });
  assert.equal(await textOf(`${url}shop/cart`), "/shop /cart");
  assert.equal((await fetch(`${url}cart`)).status, 404);
});

test("several listeners at once: IPv4, IPv6 and a unix socket with its mode", async (t) => {
  const folder = folderOf(t, { "app.mjs": appSaying("here") });
  const words = ["-l", "127.0.0.1:0", "-l", "http://[::1]:0", "-l", "unix:./app.sock?mode=600"];
  const { launched, url } = await start(t, words, { folder });
  const [, six = ""] = await launched.says(/connections at (http:\/\/\[::1\]:\d+\/)/);
  await launched.says(/connections at unix:/);
  assert.equal(await textOf(url), "here");
  assert.equal(await textOf(six), "here");
  const path = join(folder, "app.sock");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const request = http.get({ socketPath: path, path: "/" });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  assert.equal(response.statusCode, 200);
  response.resume();
  assert.equal(await launched.stop(), 0);
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
});

test("fd: listens on an inherited descriptor", async (t) => {
  const socket = await bindSocket({ kind: "tcp", host: "127.0.0.1", port: 0 });
  t.after(() => socket.close());
  const folder = folderOf(t, { "app.mjs": appSaying("inherited") });
  const { url } = await start(t, ["-l", "fd:3"], { folder, descriptors: [socket.fd] });
  assert.equal(await textOf(url), "inherited");
});

test("options come from variables, and misspelt ones are told", async (t) => {
  const folder = folderOf(t, { "app.mjs": appSaying("variable") });
  const environment = { TACK_LISTEN: "http://127.0.0.1:0", TACK_PATH: "/v", TACK_PROT: "1" };
  const { url, launched } = await start(t, [], { folder, environment });
  assert.equal(await textOf(`${url}v`), "variable");
  assert.match(launched.stderr, /^Tack: unknown variable TACK_PROT ignored; did you mean TACK_PORT\?\n/);
});

test("the access log has a line for each request when the launcher has ended", async (t) => {
  const folder = folderOf(t, { "app.mjs": appSaying("logged") });
  const words = [...free, "--access-log", "access.log", "--access-log-format", "%m %U %s %B"];
  const { url, launched } = await start(t, words, { folder });
  await Promise.all(Array.from({ length: 20 }, (_, index) => textOf(`${url}${index}`)));
  await launched.stop();
  const lines = readFileSync(join(folder, "access.log"), "utf8").trimEnd().split("\n");
  assert.deepEqual(lines.sort(), Array.from({ length: 20 }, (_, index) => `GET /${index} 200 6`).sort());
});

const broken = `export default async (scope, receive, send) => { throw new Error("se" + "cret"); }\n`;

test("in production an error shows nothing, and no log is written", async (t) => {
  const { url, launched } = await start(t, free, { folder: folderOf(t, { "app.mjs": broken }) });
  const response = await fetch(url, { headers: { accept: "text/html" } });
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret|app\.mjs/);
  assert.doesNotMatch(launched.stderr, /"GET|DEVELOPMENT/);
});

test("development is announced, shows the source of an error, logs, and validates", async (t) => {
  const folder = folderOf(t, { "app.mjs": broken });
  const { url, launched } = await start(t, [...free, "--env", "development"], { folder });
  assert.match(launched.stderr, /^Tack: DEVELOPMENT: /);
  const page = await textOf(url, { headers: { accept: "text/html" } });
  assert.match(page, /secret/);
  assert.match(page, /app\.mjs/);
  await launched.says(/"GET \/ HTTP\/1\.1" 500 \d+/);
  assert.match(await textOf(url), /^Error: secret\n/);
});

const slow = `export default async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error("only http");
  await send({ type: "http.response.start", status: 200 });
  await send({ type: "http.response.body", body: "first", more: true });
  await new Promise((resolve) => process.once("SIGTERM", resolve));
  await send({ type: "http.response.body", body: " last" });
}\n`;

test("a first signal lets the running response finish and ends with code 0", async (t) => {
  const { url, launched } = await start(t, free, { folder: folderOf(t, { "app.mjs": slow }) });
  const response = await fetch(url);
  launched.process.kill("SIGTERM");
  assert.equal(await response.text(), "first last");
  assert.equal(await launched.ended(), 0);
});

const endless = slow.replace('process.once("SIGTERM", resolve)', "void resolve");

test("a second signal forces the end, with 128 and its number", async (t) => {
  const { url, launched } = await start(t, free, { folder: folderOf(t, { "app.mjs": endless }) });
  const socket = net.connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {}).write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  await once(socket, "data");
  launched.process.kill("SIGTERM");
  await launched.says(/SIGTERM: finishing what runs/);
  assert.equal(await launched.stop("SIGINT"), 130);
});

test("what runs longer than --grace-ms is cut", async (t) => {
  const folder = folderOf(t, { "app.mjs": endless });
  const { url, launched } = await start(t, [...free, "--grace-ms", "50"], { folder });
  const response = await fetch(url);
  launched.process.kill("SIGTERM");
  await assert.rejects(response.text());
  assert.equal(await launched.ended(), 0);
});
