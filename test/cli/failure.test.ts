import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { appSaying, folderOf, run } from "./launch.js";

interface Failure {
  readonly title: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  readonly code: number;
  readonly says: RegExp;
}

const throwing = `function connect() {\n  throw new Error("no database");\n}\nconnect();\nexport default 1;\n`;
const refusing = `export default async (scope, receive, send) => {
  if (scope.type !== "lifespan") return;
  await receive();
  await send({ type: "lifespan.startup.failed", message: "no database" });
};\n`;
const sloppy = `export default async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error("only http");
  await send({ type: "http.response.start", status: 200, headers: [["Bad-Case", "1"]] });
  await send({ type: "http.response.body", body: "" });
};\n`;
const ok = { "app.mjs": appSaying("ok") };

const FAILURES: readonly Failure[] = [
  {
    title: "an unknown option",
    words: ["--prot", "1"],
    code: 2,
    says: /^Tack: unknown option --prot; did you mean --port\?\n$/,
  },
  {
    title: "a listen URL that cannot be read",
    files: ok,
    words: ["-l", "ftp://a:1"],
    code: 2,
    says: /^Tack: cannot listen on "ftp:\/\/a:1": only http:.*\n$/,
  },
  {
    title: "an unknown handler",
    files: ok,
    words: ["-s", "nope"],
    code: 2,
    says: /^Tack: no handler "nope": .*\n$/,
  },
  {
    title: "an app and code",
    files: ok,
    words: ["-e", "1", "app.mjs"],
    code: 2,
    says: /^Tack: both -e and the app "app.mjs" were given/,
  },
  {
    title: "an unknown access log atom",
    files: ok,
    words: ["--access-log", "-", "--access-log-format", "%Z"],
    code: 2,
    says: /unknown atom %Z/,
  },
  {
    title: "an app file that is not there",
    words: ["nope.mjs"],
    code: 3,
    says: /^Tack: no such app file: \.\/nope\.mjs\n$/,
  },
  {
    title: "an app file with another ending",
    files: ok,
    words: ["app.ts"],
    code: 3,
    says: /no such app file: .*; did you mean app\.mjs\?\n$/,
  },
  {
    title: "no app file at all",
    code: 3,
    says: /^Tack: no app named, and none of app\.ts, app\.mts, app\.js, app\.mjs is in \.; see tackup --help\n$/,
  },
  {
    title: "a folder for an app",
    words: ["."],
    code: 3,
    says: /^Tack: the app "\." is a folder, not a file\n$/,
  },
  {
    title: "a syntax error",
    files: { "app.mjs": "export const a = 1;\nconst b = ;\n" },
    code: 3,
    says: /^Tack: cannot load \.\/app\.mjs: SyntaxError: Unexpected token ';'\n\.\/app\.mjs:2\nconst b = ;\n +\^\n$/,
  },
  {
    title: "a syntax error in an imported file",
    files: { "app.js": 'import "./part.js";\n', "part.js": "export default {;}\n" },
    code: 3,
    says: /SyntaxError: .*\n\.\/part\.js:1\nexport default \{;\}\n/,
  },
  {
    title: "a syntax error in TypeScript",
    files: { "app.ts": "const a: number = 1;\nconst b: string = ;\nexport default a + b;\n" },
    code: 3,
    says: /^Tack: cannot load \.\/app\.ts: [^]*app\.ts:2/,
  },
  {
    title: "an export that is not there",
    files: { "app.mjs": 'import { nope } from "node:fs";\n' },
    code: 3,
    says: /does not provide an export named 'nope'\n.*app\.mjs:1\n/,
  },
  {
    title: "a module that throws, with the app's own frames only",
    files: { "app.mjs": throwing },
    code: 3,
    says: /^Tack: cannot load \.\/app\.mjs: it threw Error: no database\n    at connect \(.*app\.mjs:2:9\)\n    at .*app\.mjs:4:1\n$/,
  },
  {
    title: "a top-level await that never settles",
    files: { "app.mjs": "await new Promise(() => {});\nexport default 1;\n" },
    code: 3,
    says: /^Tack: the app never finished loading: /m,
  },
  {
    title: "a package that is not installed",
    files: { "app.mjs": 'import "not-there";\n' },
    code: 3,
    says: /Cannot find package 'not-there'.*; install it with "npm install not-there"\n$/,
  },
  {
    title: "an export that may be anything",
    files: { "app.mjs": "export default (one) => one;\n" },
    code: 3,
    says: /^Tack: cannot use the app: \.\/app\.mjs .*one parameter[^]*fromPsgi[^]*fromFetch/,
  },
  {
    title: "code that does not parse",
    words: ["-e", "1 +"],
    code: 3,
    says: /^Tack: the code of -e does not parse: SyntaxError/,
  },
  {
    title: "code that throws",
    words: ["-e", "nope()"],
    code: 3,
    says: /^Tack: the code of -e threw ReferenceError: nope is not defined\n/,
  },
  {
    title: "an app that refuses to start",
    files: { "app.mjs": refusing },
    code: 4,
    says: /^Tack: lifespan startup failed: no database\n$/,
  },
  {
    title: "a socket in a folder that is not there",
    files: ok,
    words: ["-l", "unix:./nope/x.sock"],
    code: 5,
    says: /^Tack: cannot listen on unix:\.\/nope\/x\.sock: .*folder.*\n$/,
  },
  {
    title: "a descriptor that was not inherited",
    files: ok,
    words: ["-l", "fd:77"],
    code: 5,
    says: /^Tack: cannot listen on fd:77: .*\n$/,
  },
  {
    title: "an access log in a folder that is not there",
    files: ok,
    words: ["--access-log", "nope/access.log"],
    code: 1,
    says: /^Tack: cannot open the access log nope\/access\.log: ENOENT/,
  },
  {
    title: "a broken rule under --check",
    files: { "app.mjs": sloppy },
    words: ["--check"],
    code: 6,
    says: /broken rule HEAD-\d+: /,
  },
];

for (const { title, files = {}, words = [], code, says } of FAILURES) {
  test(`${title} ends with code ${code} and says so`, async (t) => {
    const folder = folderOf(t, files);
    const ended = await run(["--port", "0", ...words], { folder });
    assert.match(ended.stderr, says);
    assert.equal(ended.code, code);
    assert.equal(ended.stdout, "");
  });
}

test("a busy port ends with code 5 and says which, also under --reload", async (t) => {
  const folder = folderOf(t, ok);
  const server = net.createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  for (const extra of [[], ["--reload"]]) {
    const ended = await run(["--port", String(port), ...extra], { folder });
    assert.equal(ended.code, 5);
    assert.match(
      ended.stderr,
      new RegExp(
        `^Tack: cannot listen on http://127\\.0\\.0\\.1:${port}: something else .*\\(EADDRINUSE\\)\n$`,
      ),
    );
  }
});

test("a file that is no socket is never removed to listen in its place", async (t) => {
  const folder = folderOf(t, ok);
  for (const extra of [[], ["--reload"]]) {
    const ended = await run(["-l", "unix:./app.mjs", ...extra], { folder });
    assert.equal(ended.code, 5);
    assert.match(ended.stderr, /a file that is no socket is in the way/);
    assert.equal(readFileSync(join(folder, "app.mjs"), "utf8"), ok["app.mjs"]);
  }
});

test("--check of a sound app ends with code 0", async (t) => {
  const ended = await run(["--check"], { folder: folderOf(t, ok) });
  assert.equal(ended.stderr, "Tack: the app is sound: it loads, starts, answers GET / with 200 and stops\n");
  assert.equal(ended.code, 0);
});

test("--help and --version write to standard output and end with code 0", async (t) => {
  const folder = folderOf(t, {});
  const help = await run(["--help"], { folder });
  assert.match(help.stdout, /^Usage: tackup \[options\] \[APP\]\n/);
  const version = await run(["-v"], { folder });
  assert.match(version.stdout, /^tackup \d+\.\d+\.\d+ \(Node [\d.]+\)\n$/);
  assert.deepEqual([help.code, version.code, help.stderr, version.stderr], [0, 0, "", ""]);
});
