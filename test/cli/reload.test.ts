import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { appSaying, folderOf, Launched, run, start } from "./launch.js";

const words = ["--port", "0", "--reload", "--reload-delay-ms", "20"];

/** Counts each POST it answers in a file of its own process, and says its version. */
function counting(version: number): string {
  return `import { appendFileSync } from "node:fs";
const version = ${version};
export default async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error("only http");
  let size = 0;
  for (let more = true; more; ) {
    const event = await receive();
    if (event.type !== "http.request") return;
    size += event.body.length;
    more = event.more;
  }
  appendFileSync("count-" + process.pid + ".txt", "x");
  await send({ type: "http.response.start", status: 200 });
  await send({ type: "http.response.body", body: version + " " + size });
};\n`;
}

/** Posts on one kept connection until told to stop; any error ends it with that error. */
async function client(url: string, until: { isOver: boolean }): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let answered = 0;
  while (!until.isOver) {
    const answer = await post(url, agent);
    assert.match(answer, /^\d+ 1000$/);
    answered++;
  }
  agent.destroy();
  return answered;
}

function post(url: string, agent: http.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: "POST", agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve(text)).on("error", reject);
    });
    request.on("error", reject).end("y".repeat(1000));
  });
}

async function textOf(url: string): Promise<string> {
  return await (await fetch(url, { headers: { connection: "close" } })).text();
}

async function reloads(launched: Launched, change: () => void, says = /reloaded in \d+ ms\n/): Promise<void> {
  launched.stderr = "";
  change();
  await launched.says(says);
}

test("clients that post on kept connections lose nothing in six reloads", async (t) => {
  const folder = folderOf(t, { "app.mjs": counting(0) });
  const { url, launched } = await start(t, words, { folder });
  const until = { isOver: false };
  const clients = Promise.all(Array.from({ length: 4 }, () => client(url, until)));
  for (let version = 1; version <= 6; version++) {
    await reloads(launched, () => writeFileSync(join(folder, "app.mjs"), counting(version)));
    assert.equal(await post(url, new http.Agent()), `${version} 1000`);
  }
  until.isOver = true;
  const answered = (await clients).reduce((sum, count) => sum + count, 6);
  assert.equal(await launched.stop(), 0);
  const counts = readdirSync(folder).filter((name) => name.startsWith("count-"));
  assert.equal(counts.length, 7);
  const counted = counts.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  assert.equal(counted, answered);
  assert.ok(answered > 50, `${answered} requests`);
});

test("a version that does not load leaves the old one serving, and shows the place", async (t) => {
  const folder = folderOf(t, { "app.mjs": appSaying("one") });
  const { url, launched } = await start(t, words, { folder });
  const file = join(folder, "app.mjs");
  await reloads(launched, () => writeFileSync(file, "const a = ;\n"), /the previous one goes on\n/);
  assert.match(launched.stderr, /SyntaxError: .*\n.*app\.mjs:1\nconst a = ;\n/);
  assert.equal(await textOf(url), "one");
  await reloads(launched, () => writeFileSync(file, appSaying("two")));
  assert.equal(await textOf(url), "two");
});

test("a first version that does not load is waited for", async (t) => {
  const folder = folderOf(t, { "app.mjs": "throw new Error('early');\n" });
  const launched = new Launched(words, { folder });
  t.after(() => launched.stop());
  await launched.says(/it threw Error: early[^]*waiting for a change\n/);
  writeFileSync(join(folder, "app.mjs"), appSaying("mended"));
  const [, url = ""] = await launched.says(/accepting connections at (\S+)/);
  assert.equal(await textOf(url), "mended");
});

test("an app that dies is told; connections wait and the next change answers them", async (t) => {
  const folder = folderOf(t, {
    "app.mjs": `setTimeout(() => process.exit(7), 300);\n${appSaying("mortal")}`,
  });
  const { url, launched } = await start(t, words, { folder });
  await launched.says(/the app ended \(exit code 7\); connections wait for the next change\n/);
  const waiting = textOf(url);
  await reloads(launched, () => writeFileSync(join(folder, "app.mjs"), appSaying("reborn")));
  assert.equal(await waiting, "reborn");
});

test("imported files, new folders and --watch paths count; other files and node_modules do not", async (t) => {
  const outside = folderOf(t, { "word.mjs": `export const word = "far";\n`, "data.txt": "" });
  const folder = folderOf(t, {
    "site/app.mjs": `import { word } from ${JSON.stringify(join(outside, "word.mjs"))};
export const fetch = () => new Response(word);\n`,
    "site/node_modules/x/index.js": "",
    "site/notes.txt": "",
    "watched/page.html": "",
  });
  const more = ["--watch", "watched", "site/app.mjs"];
  const { url, launched } = await start(t, [...words, ...more], { folder });
  assert.equal(await textOf(url), "far");
  for (const name of ["site/notes.txt", "site/node_modules/x/index.js"])
    writeFileSync(join(folder, name), "1");
  writeFileSync(join(outside, "data.txt"), "1");
  await reloads(launched, () => writeFileSync(join(outside, "word.mjs"), `export const word = "near";\n`));
  assert.match(launched.stderr, /^Tack: \S*word\.mjs changed; reloading\n/);
  assert.equal(await textOf(url), "near");
  await reloads(launched, () => writeFileSync(join(folder, "watched/page.html"), "1"));
  await reloads(launched, () => rmSync(join(folder, "watched/page.html")));
});

test("the first signal stops parent and child, and nothing is left behind", async (t) => {
  const folder = folderOf(t, { "app.mjs": `console.log(process.pid);\n${appSaying("one")}` });
  const { url, launched } = await start(t, words, { folder });
  assert.equal(await launched.stop("SIGINT"), 0);
  await assert.rejects(textOf(url));
  assert.throws(() => process.kill(Number(launched.stdout), 0), { code: "ESRCH" });
});

test("a child whose parent was killed leaves by itself", async (t) => {
  const folder = folderOf(t, { "app.mjs": `console.log(process.pid);\n${appSaying("one")}` });
  const { launched } = await start(t, words, { folder });
  // The streams of the launcher close when the last holder, the child, has gone.
  assert.equal(await launched.stop("SIGKILL"), "SIGKILL");
});

const HOPELESS: readonly [title: string, words: readonly string[], says: RegExp][] = [
  ["fd: listeners", ["-l", "fd:3"], /^Tack: --reload binds its sockets itself/],
  ["a --watch path that is not there", ["--watch", "nope"], /^Tack: cannot watch "nope": /],
  ["an option that no edit can mend", ["--access-log", "-", "--access-log-format", "%Z"], /unknown atom %Z/],
];

for (const [title, more, says] of HOPELESS) {
  test(`${title} ends --reload at once with code 2`, async (t) => {
    const folder = folderOf(t, { "app.mjs": appSaying("one") });
    const ended = await run([...words, ...more], { folder });
    assert.match(ended.stderr, says);
    assert.equal(ended.code, 2);
  });
}
