/** Files that change, vanish or are none while they are sent as bodies. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { App } from "tack";
import { ClosedError } from "tack/http/errors";
import { connected, GET, httpApp, restOf, started } from "./server-tools.js";

const folder = mkdtempSync(join(tmpdir(), "tack-faults-"));
after(() => rmSync(folder, { recursive: true }));

const CLOSE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const SIZE = 30_000_000;

function fileApp(body: object): App {
  return httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", ...body } as never);
  });
}

async function answerTo(app: App): Promise<string> {
  const connection = await connected(await started(app));
  await connection.write(CLOSE);
  return restOf(connection);
}

test("HTTP-16: a file that becomes shorter while it is sent is cut, not padded and not ended", async () => {
  const file = join(folder, "shrinks");
  writeFileSync(file, Buffer.alloc(SIZE, "f"));
  const connection = await connected(await started(fileApp({ file })));
  await connection.write(GET);
  const { headers } = await connection.responses.head("GET");
  assert.deepEqual(headers.find(([name]) => name === "content-length")?.[1], String(SIZE));
  await connection.responses.read();
  truncateSync(file, 1000);
  const rest = async (): Promise<void> => {
    while ((await connection.responses.read()) !== undefined);
  };
  await assert.rejects(rest(), ClosedError);
  assert.equal(connection.responses.complete, false);
});

test("a file that grows while it is sent is sent as long as it was announced", async () => {
  const file = join(folder, "grows");
  writeFileSync(file, "a".repeat(200_000));
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    const sent = send({ type: "http.response.body", file });
    writeFileSync(file, "b".repeat(500_000), { flag: "a" });
    await sent;
  });
  const text = await answerTo(app);
  const [, length] = /content-length: (\d+)/.exec(text)!;
  assert.equal(text.split("\r\n\r\n")[1]!.length, Number(length));
});

const UNREADABLE: readonly (readonly [string, (path: string) => void])[] = [
  ["a folder", () => undefined],
  ["missing", () => undefined],
  ["a named pipe", (path) => void execFileSync("mkfifo", [path])],
  ["a link to itself", (path) => symlinkSync(path, path)],
];

for (const [what, make] of UNREADABLE) {
  test(
    `HTTP-14: what is ${what} is no file body: 500, and files are served on`,
    { timeout: 10_000 },
    async () => {
      const path = what === "a folder" ? folder : join(folder, what);
      make(path);
      const good = join(folder, "good");
      writeFileSync(good, "good");
      // More at a time than there are threads that open files.
      const bad = Array.from({ length: 8 }, () => answerTo(fileApp({ file: path })));
      for (const text of await Promise.all(bad)) assert.match(text, /^HTTP\/1\.1 500 [^]*connection: close/);
      assert.match(await answerTo(fileApp({ file: good })), /^HTTP\/1\.1 200 [^]*good$/);
    },
  );
}

const denied = (): Error => Object.assign(new Error("EACCES: permission denied, read"), { code: "EACCES" });

test("HTTP-14: a handle that cannot be read at all gives 500", async () => {
  const reads = [
    () => Promise.reject(denied()),
    () => {
      throw denied();
    },
  ];
  for (const read of reads) assert.match(await answerTo(fileApp({ handle: { read } })), /^HTTP\/1\.1 500 /);
});

test("a handle that fails in the middle breaks the answer off visibly", async () => {
  let reads = 0;
  const read = (buffer: Uint8Array): Promise<{ bytesRead: number }> => {
    if (++reads > 1) return Promise.reject(denied());
    return Promise.resolve({ bytesRead: buffer.fill(0x61).byteLength });
  };
  // The reset that breaks it off may overtake what was sent before.
  const text = await answerTo(fileApp({ handle: { read }, length: 1_000_000 }));
  assert.doesNotMatch(text, /0\r\n\r\n$/);
  assert.doesNotMatch(text, /HTTP\/1\.1 500/);
  assert.equal(reads, 2);
});

test("an app that fails while its file is sent leaves the file whole", async () => {
  const file = join(folder, "whole");
  writeFileSync(file, "w".repeat(500_000));
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    void send({ type: "http.response.body", file });
    throw new Error("too early");
  });
  const text = await answerTo(app);
  assert.equal(text.split("\r\n\r\n")[1]?.length, 500_000);
});
