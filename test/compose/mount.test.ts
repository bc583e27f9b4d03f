import assert from "node:assert/strict";
import { test } from "node:test";
import { mount } from "#src/compose/mount.js";
import { reply } from "#src/compose/reply.js";
import { UsageError } from "#src/http/errors.js";
import type { App } from "#src/pagi/app.js";
import { drive, httpScope, sseScope, webSocketScope } from "../support/drive.js";

/** Answers with its number, the prefix and the rest of the path. */
const numbered =
  (number: number): App =>
  (scope, receive, send) => {
    const place = scope.type === "lifespan" ? "" : `${scope.rootPath}|${scope.path}`;
    return reply(scope.type === "websocket" ? 400 : 200, {}, `${number}|${place}`)(scope, receive, send);
  };

const at = async (app: App, path: string, host = "example.com", rootPath = ""): Promise<string> => {
  const driven = await drive(app, httpScope({ path, rawPath: path, rootPath, headers: [["host", host]] }));
  return driven.status === 404 ? "404" : driven.body;
};

const map = mount({
  "/": numbered(1),
  "/foo": numbered(2),
  "/foobar": numbered(3),
  "http://bar.example.com/": numbered(4),
});

test("PATH-2: the longest prefix of whole segments wins and moves to rootPath", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["/", "1||/"],
    ["", "1||"],
    ["/foo", "2|/foo|"],
    ["/foo/", "2|/foo|/"],
    ["/foo/bar", "2|/foo|/bar"],
    ["/foo//x", "2|/foo|//x"],
    ["/foox", "1||/foox"],
    ["/foox/bar", "1||/foox/bar"],
    ["/foobar", "3|/foobar|"],
    ["/foobar/baz", "3|/foobar|/baz"],
    ["/bar/foo", "1||/bar/foo"],
    ["/FOO", "1||/FOO"],
    ["*", "1||*"],
  ];
  for (const [path, expected] of cases) assert.equal(await at(map, path), expected, path);
});

test("a virtual host goes before prefixes, its name without case and its port ignored", async () => {
  for (const host of ["bar.example.com", "BAR.Example.COM", "bar.example.com:8080"]) {
    assert.equal(await at(map, "/", host), "4||/");
    assert.equal(await at(map, "/foo", host), "4||/foo");
  }
  assert.equal(await at(map, "/foo", "baz.example.com"), "2|/foo|");
});

test("where nothing of a virtual host fits, the prefixes without a host are tried", async () => {
  const app = mount({ "http://a.example/only": numbered(1), "/": numbered(2) });
  assert.equal(await at(app, "/only/x", "a.example"), "1|/only|/x");
  assert.equal(await at(app, "/other", "a.example"), "2||/other");
});

test("a port that is written counts, and a missing one is that of the scheme", async () => {
  const app = mount([
    ["http://a.example:8080/", numbered(1)],
    ["http://a.example:80", numbered(2)],
    ["http://a.example", numbered(3)],
    ["http://[::1]:81/", numbered(4)],
  ]);
  const hosts = ["a.example:8080", "a.example", "a.example:9", "[::1]:81"];
  const bodies = await Promise.all(hosts.map((host) => at(app, "/", host)));
  assert.deepEqual(bodies, ["1||/", "2||/", "3||/", "4||/"]);
});

test("a missing, empty or malformed host field fits no virtual host", async () => {
  const app = mount({ "http://a.example/": numbered(1) });
  for (const host of ["", "a b", "user@a.example"]) assert.equal(await at(app, "/", host), "404");
  assert.equal((await drive(app, httpScope({ headers: [] }))).status, 404);
});

test("nothing that fits is a 404 on http, sse and websocket", async () => {
  const app = mount({ "/foo": numbered(1) });
  for (const scope of [httpScope({ path: "/bar" }), sseScope({ path: "/foox" }), webSocketScope()])
    assert.equal((await drive(app, scope)).status, 404);
});

test("PATH-2: mounts nest, on every scope type, and PATH-3: rawPath stays", async () => {
  const app = mount({ "/a": mount({ "/b/c": numbered(1) }) });
  assert.equal(await at(app, "/a/b/c/d", "h", "/top"), "1|/top/a/b/c|/d");
  for (const scope of [sseScope({ path: "/a/b/c" }), webSocketScope({ path: "/a/b/c" })])
    assert.equal((await drive(app, scope)).body, "1|/a/b/c|");
  const seen: string[] = [];
  const spy: App = async (scope) => void ("rawPath" in scope && seen.push(scope.rawPath));
  await drive(mount({ "/a": spy }), httpScope({ path: "/a/b", rawPath: "/a/%62" }));
  assert.deepEqual(seen, ["/a/%62"]);
});

test("MID-1: the scope given to a mount is not changed, also when the app throws", async () => {
  const scope = Object.freeze(httpScope({ path: "/a/b" }));
  const app = mount({ "/a": () => Promise.reject(new Error("inside")) });
  assert.equal(String((await drive(app, scope)).error), "Error: inside");
  assert.deepEqual([scope.path, scope.rootPath], ["/a/b", ""]);
});

test("wrong tables are refused when they are made", () => {
  const app = reply(200);
  for (const location of [
    "foo",
    "",
    "//a",
    "/a//b",
    "/a/../b",
    "/a?b",
    "ftp://a/",
    "http:///a",
    "http://a b/",
  ])
    assert.throws(() => mount({ [location]: app }), UsageError, location);
  assert.throws(() => mount({}), /empty/);
  assert.throws(() => mount({ "/a": app, "/a/": app }), /mounted twice/);
  assert.throws(() => mount({ "http://A/": app, "https://a": app }), /mounted twice/);
  assert.throws(() => mount({ "/a": "app" as unknown as App }), /no app at \/a/);
});
