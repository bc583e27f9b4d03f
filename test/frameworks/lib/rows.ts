/** What each row of the table looks at. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Agent, get } from "node:http";
import { createGunzip, gunzipSync } from "node:zlib";
import type { ClientExchange, ClientRequest } from "#src/testing/index.js";
import { alike, sameHead } from "./compare.js";
import type { Side, Sides } from "./sides.js";
import { LONG, type Row } from "./subject.js";

type Check = (sides: Sides) => Promise<void>;

const typed = (type: string) => [["content-type", type]] as const;
const post = (path: string, type: string, body: string | Uint8Array): ClientRequest => ({
  method: "POST",
  path,
  headers: typed(type),
  body,
});

/** Both sides, or ours alone where the other would end. */
const each = ({ ours, plain }: Sides): Side[] => (plain === undefined ? [ours] : [ours, plain]);

async function routing(sides: Sides): Promise<void> {
  const found = await alike(sides, { path: "/things/a%2Fb%20c?q=1%202&r=x" });
  assert.deepEqual([found.status, found.json()], [200, { id: "a/b c", q: "1 2" }]);
  await alike(sides, { path: "/things/%E2%82%AC?q=%E2%82%AC" });
  await alike(sides, { method: "DELETE", path: "/things/1" });
}

async function json(sides: Sides): Promise<void> {
  const echo = await alike(sides, post("/json", "application/json", '{"a":[1,"\u20ac"],"b":null}'));
  assert.deepEqual(echo.json(), { a: [1, "\u20ac"], b: null });
  const broken = await alike(sides, post("/json", "application/json", '{"a":'));
  assert.ok(broken.status >= 400, "broken JSON is an error");
}

async function form(sides: Sides): Promise<void> {
  const echo = await alike(sides, post("/form", "application/x-www-form-urlencoded", "a=1&b=x+y%26z"));
  assert.deepEqual(echo.json(), { a: "1", b: "x y&z" });
}

async function upload(sides: Sides): Promise<void> {
  const file = randomBytes(1 << 20);
  const part = (name: string, rest: string): string =>
    `--edge\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(`${part("title", "")}a title\r\n`),
    Buffer.from(part("file", '; filename="f.bin"\r\nContent-Type: application/octet-stream')),
    file,
    Buffer.from("\r\n--edge--\r\n"),
  ]);
  const answer = await alike(sides, post("/upload", "multipart/form-data; boundary=edge", body));
  const sha256 = createHash("sha256").update(file).digest("hex");
  assert.deepEqual(answer.json(), { name: "f.bin", size: file.length, sha256, title: "a title" });
}

/** The first piece is there before the second is made; then all of it. */
async function streamed(sides: Sides, request: ClientRequest, pieces: readonly string[]): Promise<void> {
  const gate = (request.path ?? "").slice(1);
  const heads = [];
  for (const side of each(sides)) {
    const exchange = side.open(request);
    heads.push(await exchange.head());
    const first = await readUntil(exchange, pieces[0]!);
    assert.equal(first, pieces[0]);
    side.gates.open(gate);
    assert.equal(await readUntil(exchange, undefined), pieces[1]);
    assert.equal(exchange.complete, true);
    exchange.disconnect();
  }
  assert.equal(heads[0]!.status, 200);
  if (heads[1] !== undefined) sameHead(sides, heads[0]!, heads[1]);
}

/** Reads until `text` is there, or to the end. */
async function readUntil(exchange: ClientExchange, text: string | undefined): Promise<string> {
  let all = "";
  for (let piece = await exchange.read(); piece !== undefined; piece = await exchange.read()) {
    all += Buffer.from(piece).toString();
    if (text !== undefined && all.length >= text.length) break;
  }
  return all;
}

async function cookies(sides: Sides): Promise<void> {
  const answer = await alike(sides, { path: "/cookies", headers: [["cookie", "c=3; d=4"]] });
  const set = answer.headerAll("set-cookie");
  assert.deepEqual(
    set.map((one) => one.split(";")[0]),
    ["a=1", "b=2"],
  );
  assert.equal(answer.text(), "3");
}

/** The error is the framework's own, and the next request is served. */
const failing =
  (path: string): Check =>
  async (sides) => {
    assert.equal((await alike(sides, { path })).status, 500);
    assert.equal((await alike(sides, { path: "/things/1" })).status, 200);
  };

async function redirect(sides: Sides): Promise<void> {
  const answer = await alike(sides, { path: "/redirect" });
  assert.deepEqual([answer.status, answer.header("location")], [302, "/elsewhere"]);
}

const GZIP = [["accept-encoding", "gzip"]] as const;

async function gzip(sides: Sides): Promise<void> {
  const answer = await alike(sides, { path: "/squeezed", headers: GZIP });
  assert.equal(answer.header("content-encoding"), "gzip");
  assert.equal(gunzipSync(answer.body).toString(), LONG);
  const plain = await alike(sides, { path: "/squeezed" });
  assert.deepEqual([plain.header("content-encoding"), plain.text()], [undefined, LONG]);
}

async function gzipFlush(sides: Sides): Promise<void> {
  const request = { path: "/squeezed-stream", headers: GZIP };
  const heads = [];
  for (const side of each(sides)) {
    const exchange = side.open(request);
    heads.push(await exchange.head());
    const gunzip = createGunzip();
    const texts = gunzip.setEncoding("utf8")[Symbol.asyncIterator]();
    void (async () => {
      for (let piece = await exchange.read(); piece !== undefined; piece = await exchange.read())
        gunzip.write(piece);
      gunzip.end();
    })();
    assert.equal((await texts.next()).value, "the first piece\n");
    side.gates.open("squeezed-stream");
    assert.equal((await texts.next()).value, "the second piece\n");
    assert.equal((await texts.next()).done, true);
    exchange.disconnect();
  }
  if (heads[1] !== undefined) sameHead(sides, heads[0]!, heads[1]);
}

async function file(sides: Sides): Promise<void> {
  const answer = await alike(sides, { path: "/files/ten.txt" });
  assert.deepEqual([answer.status, answer.text()], [200, "0123456789"]);
  await alike(sides, { method: "HEAD", path: "/files/ten.txt" });
  const outside = await alike(sides, { path: "/files/..%2f..%2fetc/passwd" });
  assert.ok(outside.status >= 400, "nothing outside of the folder");
}

async function range(sides: Sides): Promise<void> {
  const asked = (bytes: string) => ({
    path: "/files/ten.txt",
    headers: [["range", `bytes=${bytes}`]] as const,
  });
  const part = await alike(sides, asked("2-4"));
  assert.deepEqual([part.status, part.text(), part.header("content-range")], [206, "234", "bytes 2-4/10"]);
  const none = await alike(sides, asked("20-"));
  assert.equal(none.status, 416);
}

async function notModified(sides: Sides): Promise<void> {
  const answer = await alike(sides, async (side) => {
    const etag = (await side.request({ path: "/files/ten.txt" })).header("etag") ?? "";
    return { path: "/files/ten.txt", headers: [["if-none-match", etag]] };
  });
  assert.deepEqual([answer.status, answer.text()], [304, ""]);
}

async function abort(sides: Sides): Promise<void> {
  for (const side of each(sides)) {
    const exchange = side.open({ path: "/hang" });
    assert.equal(await readUntil(exchange, "the first piece\n"), "the first piece\n");
    exchange.disconnect();
    await side.gates.reached("gone");
  }
  await alike(sides, { path: "/things/1" });
}

async function uploadAbort(sides: Sides): Promise<void> {
  for (const side of each(sides)) {
    const body = async function* (): AsyncGenerator<string> {
      yield "x".repeat(100);
      await side.gates.wait("never");
    };
    const headers = typed("application/octet-stream");
    const exchange = side.open({ method: "POST", path: "/swallow", headers, body: body() });
    await side.gates.reached("begun");
    exchange.disconnect();
    await side.gates.reached("cut");
    side.gates.open("never");
  }
  await alike(sides, { path: "/things/1" });
}

async function head(sides: Sides): Promise<void> {
  const answer = await alike(sides, { method: "HEAD", path: "/things/1?q=2" });
  assert.deepEqual([answer.status, answer.text()], [200, ""]);
}

async function notFound(sides: Sides): Promise<void> {
  assert.equal((await alike(sides, { path: "/nowhere" })).status, 404);
  assert.equal((await alike(sides, { method: "POST", path: "/nowhere", body: "x" })).status, 404);
}

async function tooLarge(sides: Sides): Promise<void> {
  const body = JSON.stringify({ text: "x".repeat(5000) });
  assert.equal((await alike(sides, post("/limited", "application/json", body))).status, 413);
  assert.equal((await alike(sides, { path: "/things/1" })).status, 200);
}

/** Fifty requests on one connection, some with a body that comes back. */
async function keepAlive(sides: Sides): Promise<void> {
  for (const side of each(sides)) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let reused = 0;
    for (let turn = 0; turn < 50; turn++) {
      const [text, isReused] = await once(`${side.url}/things/${turn}?q=${turn}`, agent);
      assert.equal(text, JSON.stringify({ id: String(turn), q: String(turn) }));
      reused += Number(isReused);
    }
    agent.destroy();
    assert.equal(reused, 49);
  }
}

function once(url: string, agent: Agent): Promise<[text: string, isReused: boolean]> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, async (response) => {
      let text = "";
      for await (const piece of response.setEncoding("utf8")) text += piece;
      resolve([text, request.reusedSocket]);
    }).on("error", reject);
  });
}

export const ROWS: Readonly<Record<Row, Check>> = {
  routing,
  JSON: json,
  form,
  upload,
  stream: (sides) => streamed(sides, { path: "/stream" }, ["the first piece\n", "the second piece\n"]),
  events: (sides) =>
    streamed(sides, { path: "/events", headers: [["accept", "text/event-stream"]] }, [
      "data: 1\n\n",
      "data: 2\n\n",
    ]),
  cookies,
  throw: failing("/throw"),
  reject: failing("/reject"),
  redirect,
  gzip,
  "gzip flush": gzipFlush,
  file,
  range,
  "not modified": notModified,
  abort,
  "upload abort": uploadAbort,
  HEAD: head,
  "404": notFound,
  "413": tooLarge,
  "keep-alive": keepAlive,
};
