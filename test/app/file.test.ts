import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { file, type FileOptions } from "#src/app/file.js";
import { getHeader } from "#src/http/headers.js";
import type { SendEvent } from "#src/pagi/event.js";
import type { Headers, Scope } from "#src/pagi/scope.js";
import { drive, httpScope, lifespanScope, sseScope, text, webSocketScope } from "../support/drive.js";

const place = mkdtempSync(join(tmpdir(), "tack-file-"));
const root = join(place, "public");
const modified = "Fri, 02 Jan 2026 03:04:05 GMT";
after(() => rmSync(place, { recursive: true }));

mkdirSync(join(root, "docs"), { recursive: true });
mkdirSync(join(root, ".well-known"));
writeFileSync(join(root, "a.txt"), "0123456789");
writeFileSync(join(root, "empty.css"), "");
writeFileSync(join(root, "odd.tack-odd"), "?");
writeFileSync(join(root, "docs", "index.html"), "<p>docs");
writeFileSync(join(root, ".well-known", "it"), "known");
writeFileSync(join(root, "grüße.txt"), "ok");
writeFileSync(join(place, "secret.txt"), "secret");
mkdirSync(join(place, "public-not"));
writeFileSync(join(place, "public-not", "a.txt"), "secret");
utimesSync(join(root, "a.txt"), new Date(modified), new Date(modified));
symlinkSync(join(root, "a.txt"), join(root, "inside.txt"));
symlinkSync(join(place, "secret.txt"), join(root, "outside.txt"));
symlinkSync(join(place, "public-not"), join(root, "beside"));

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly handle: FileHandle | undefined;
  header(name: string): string | undefined;
}

async function ask(path: string, headers: Headers = [], options: Partial<FileOptions> = {}): Promise<Answer> {
  return askScope(httpScope({ path, rawPath: encodeURI(path), headers }), options);
}

async function askScope(scope: Scope, options: Partial<FileOptions> = {}): Promise<Answer> {
  let body = "";
  let handle: FileHandle | undefined;
  const onSend = async (event: SendEvent): Promise<void> => {
    if (event.type !== "http.response.body") return;
    body += text(event.body);
    if (event.handle === undefined) return;
    handle = event.handle as FileHandle;
    const bytes = new Uint8Array(event.length ?? 0);
    const { bytesRead } = await event.handle.read(bytes, 0, bytes.length, event.offset ?? 0);
    body += text(bytes.subarray(0, bytesRead));
  };
  const { status, headers, error } = await drive(file({ root, ...options }), scope, { onSend });
  if (error !== undefined) throw error;
  return { status, body, handle, header: (name) => getHeader(headers, name) };
}

test("a file is sent with its type, length and validators", async () => {
  const answer = await ask("/a.txt");
  assert.equal(answer.status, 200);
  assert.equal(answer.body, "0123456789");
  assert.equal(answer.header("content-type"), "text/plain; charset=utf-8");
  assert.equal(answer.header("content-length"), "10");
  assert.equal(answer.header("last-modified"), modified);
  assert.equal(answer.header("accept-ranges"), "bytes");
  assert.match(answer.header("etag") ?? "", /^"[\w-]+"$/);
});

test("the file is closed after its send has settled (HTTP-16)", async () => {
  const { handle } = await ask("/a.txt");
  assert.equal(handle?.fd, -1);
});

test("an empty file, a file without a known type and a name beyond ASCII are sent", async () => {
  const empty = await ask("/empty.css");
  assert.deepEqual([empty.status, empty.body, empty.header("content-length")], [200, "", "0"]);
  assert.equal((await ask("/odd.tack-odd")).header("content-type"), "application/octet-stream");
  assert.equal((await ask("/grüße.txt")).body, "ok");
});

test("HEAD gets the same head and no body", async () => {
  const head = await askScope(httpScope({ method: "HEAD", path: "/a.txt" }));
  assert.deepEqual([head.status, head.body, head.header("content-length")], [200, "", "10"]);
});

for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "get"]) {
  test(`${method} is answered with 405 and what is allowed`, async () => {
    const answer = await askScope(httpScope({ method, path: "/a.txt" }));
    assert.deepEqual([answer.status, answer.header("allow")], [405, "GET, HEAD"]);
  });
}

for (const path of [
  "/missing.txt",
  "/a.txt/",
  "/a.txt/x",
  "/docs",
  "/docs/",
  "/../secret.txt",
  "/docs/../../secret.txt",
  "/..\\secret.txt",
  "/./a.txt",
  "//a.txt",
  "/a.txt\0.html",
  "/c:/a.txt",
  "/a.txt::$DATA",
  "/.well-known/it",
  "/outside.txt",
  "/beside/a.txt",
]) {
  test(`${JSON.stringify(path)} is not found`, async () => {
    const answer = await ask(path);
    assert.deepEqual([answer.status, answer.body], [404, "Not Found"]);
  });
}

test("dotfiles are served where they are asked for", async () => {
  assert.equal((await ask("/.well-known/it", [], { dotfiles: true })).body, "known");
  assert.equal((await ask("/../secret.txt", [], { dotfiles: true })).status, 404);
});

test("symbolic links are followed inside, anywhere or never", async () => {
  const bodies = async (symlinks: "inside" | "anywhere" | "never") => [
    (await ask("/inside.txt", [], { symlinks })).body,
    (await ask("/outside.txt", [], { symlinks })).body,
  ];
  assert.deepEqual(await bodies("inside"), ["0123456789", "Not Found"]);
  assert.deepEqual(await bodies("anywhere"), ["0123456789", "secret"]);
  assert.deepEqual(await bodies("never"), ["Not Found", "Not Found"]);
});

test("a FIFO is not found and doesn't block", { skip: process.platform === "win32" }, async () => {
  execFileSync("mkfifo", [join(root, "pipe")]);
  assert.equal((await ask("/pipe")).status, 404);
});

test("a folder is answered by its index, at the address with a slash", async () => {
  const options = { index: "index.html" };
  assert.equal((await ask("/docs/", [], options)).body, "<p>docs");
  const answer = await askScope(httpScope({ path: "/docs", rawPath: "/docs", queryString: "a=1" }), options);
  assert.deepEqual([answer.status, answer.header("location")], [308, "/docs/?a=1"]);
});

test("a redirect never leads to another host", async () => {
  const scope = httpScope({ rootPath: "//evil.example", path: "/docs", rawPath: "//evil.example/docs" });
  const answer = await askScope(scope, { index: "index.html" });
  assert.equal(answer.header("location"), "/evil.example/docs/");
});

test("a mount without its slash leads to the index of the root", async () => {
  const scope = httpScope({ rootPath: "/docs", path: "", rawPath: "/docs" });
  const answer = await askScope(scope, { root: join(root, "docs"), index: "index.html" });
  assert.equal(answer.header("location"), "/docs/");
});

test("what the client has already is not sent again (RFC 9110 §13)", async () => {
  const etag = (await ask("/a.txt")).header("etag") ?? "";
  const unchanged = await ask("/a.txt", [["if-none-match", etag]]);
  assert.deepEqual([unchanged.status, unchanged.body, unchanged.header("etag")], [304, "", etag]);
  assert.equal((await ask("/a.txt", [["if-modified-since", modified]])).status, 304);
  assert.equal((await ask("/a.txt", [["if-match", '"other"']])).status, 412);
});

test("one range is answered with that part (RFC 9110 §14)", async () => {
  const part = await ask("/a.txt", [["range", "bytes=2-4"]]);
  assert.deepEqual([part.status, part.body], [206, "234"]);
  assert.deepEqual([part.header("content-range"), part.header("content-length")], ["bytes 2-4/10", "3"]);
  const beyond = await ask("/a.txt", [["range", "bytes=10-"]]);
  assert.deepEqual([beyond.status, beyond.header("content-range")], [416, "bytes */10"]);
});

test("a range counts only while If-Range names the current file (RFC 9110 §13.1.5)", async () => {
  const range = ["range", "bytes=0-0"] as const;
  assert.equal((await ask("/a.txt", [range, ["if-range", modified]])).status, 206);
  assert.equal((await ask("/a.txt", [range, ["if-range", '"old"']])).body, "0123456789");
});

test("type and caching are the caller's to choose", async () => {
  const answer = await ask("/a.txt", [], { contentType: () => "text/x", cacheControl: "no-cache" });
  assert.deepEqual([answer.header("content-type"), answer.header("cache-control")], ["text/x", "no-cache"]);
});

test("an event stream request gets the file, a WebSocket 404, lifespan is declined", async () => {
  assert.equal((await askScope(sseScope({ path: "/a.txt" }))).body, "0123456789");
  assert.equal((await askScope(webSocketScope({ path: "/a.txt" }))).status, 404);
  assert.equal((await askScope(lifespanScope())).status, undefined);
});

test("a root that is no folder is refused at once", () => {
  assert.throws(() => file({ root: join(root, "a.txt") }), {
    name: "UsageError",
    message: /existing folder/,
  });
});
