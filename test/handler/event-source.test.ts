/** Event streams of the standalone server as their real clients see them: Chromium, the EventSource of undici, curl. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { Running } from "#src/server/handler.js";
import { getHeader } from "#src/http/headers.js";
import { noBrowser, openBrowser, type Browser } from "../support/browser.js";
import { skip as noCurl } from "../support/curl.js";

/** Three events to a connection, numbered on from the last one the client has seen; after nine it must not come back. */
const app: App = async (scope, _receive, send) => {
  if (scope.type === "http") {
    await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/html"]] });
    return send({ type: "http.response.body", body: "<!doctype html><title>events</title>" });
  }
  if (scope.type !== "sse") throw new Error(`unsupported scope type: ${scope.type}`);
  const last = Number(getHeader(scope.headers, "last-event-id") ?? 0);
  if (last >= 9) {
    await send({ type: "http.response.start", status: 204 });
    return send({ type: "http.response.body" });
  }
  await send({ type: "sse.start" });
  for (let id = last + 1; id <= last + 3; id++) {
    await send({ type: "sse.comment", comment: "nobody sees this" });
    await send({ type: "sse.send", event: "tick", data: `line ${id}\nGrüße`, id: String(id), retry: 10 });
  }
  return send({ type: "sse.close" });
};

const NINE = Array.from({ length: 9 }, (_, index) => `${index + 1}:line ${index + 1}\nGrüße`);

/** Runs in a page and in Node: everything that comes, until the server says that it is enough. */
const READ_ALL = `(url) => new Promise((resolve) => {
  const seen = [];
  let opened = 0;
  const source = new EventSource(url);
  source.addEventListener("open", () => opened++);
  source.addEventListener("tick", (event) => seen.push(event.lastEventId + ":" + event.data));
  source.addEventListener("error", () => {
    if (source.readyState === 2) resolve({ seen, opened });
  });
})`;

let running: Running;
let browser: Browser | undefined;

before(async () => {
  running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(app);
  if (noBrowser === false) browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await running.close({ graceMs: 0 });
});

test(
  "Chromium gets every event once, comes back by itself, and stays away after a 204",
  { skip: noBrowser },
  async () => {
    const page = await browser!.context.newPage();
    await page.goto(running.url);
    const result = await page.evaluate(`(${READ_ALL})("/events")`);
    assert.deepEqual(result, { seen: NINE, opened: 3 });
    await page.close();
  },
);

const flags = ["--experimental-eventsource"].filter((flag) => process.allowedNodeEnvironmentFlags.has(flag));
const noUndici = flags.length > 0 || "EventSource" in globalThis ? false : "needs a Node with EventSource";

test("so does the EventSource of undici", { skip: noUndici }, async () => {
  // Its wait before it comes back keeps no process.
  const program = `const hold = setInterval(() => undefined, 1000);
    (${READ_ALL})(process.argv[1]).then((result) => {
      console.log(JSON.stringify(result));
      clearInterval(hold);
    });`;
  const child = spawn(process.execPath, ["--no-warnings", ...flags, "-e", program, running.url]);
  let said = "";
  for await (const text of child.stdout.setEncoding("utf8")) said += String(text);
  assert.deepEqual(JSON.parse(said), { seen: NINE, opened: 3 });
});

test("curl -N shows an event when it is sent, on HTTP/1.0 and 1.1", { skip: noCurl }, async () => {
  for (const version of ["--http1.0", "--http1.1"]) {
    let release: () => void = () => undefined;
    const isSeen = new Promise<void>((resolve) => (release = resolve));
    const waiting: App = async (scope, _receive, send) => {
      if (scope.type !== "sse") throw new Error(`unsupported scope type: ${scope.type}`);
      await send({ type: "sse.start" });
      await send({ type: "sse.send", data: "first" });
      await isSeen;
      await send({ type: "sse.send", data: "second" });
      await send({ type: "sse.close" });
    };
    const own = await standalone({ listen: ["http://127.0.0.1:0"] }).run(waiting);
    const words = [version, "-N", "--silent", "--noproxy", "*", "-H", "Accept: text/event-stream", own.url];
    const child = spawn("curl", words);
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (out.includes("first")) release();
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    assert.deepEqual([code, out], [0, "data: first\n\ndata: second\n\n"]);
    await own.close();
  }
});
