import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { standalone } from "#src/handler/standalone.js";
import type { Running } from "#src/server/handler.js";
import tour from "../../examples/tour/app.js";
import { noBrowser, openBrowser, type Browser } from "../support/browser.js";

let running: Running;
let browser: Browser | undefined;

before(async () => {
  running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(tour);
  if (noBrowser === false) browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await running.close({ graceMs: 0 });
});

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(new URL(path, running.url), init);

/** A fresh page; what it complains about on its console is collected. */
async function openPage(): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
  assert.ok(browser);
  const page = await browser.context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(running.url);
  return { page, complaints, requests };
}

test("the clock streams line by line", async () => {
  const response = await get("/clock?ticks=3&pause=20");
  const pieces: string[] = [];
  for await (const piece of response.body ?? []) pieces.push(new TextDecoder().decode(piece));
  assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.ok(pieces.length > 1, "it came in several pieces");
  assert.match(pieces.join(""), /^tick 1 of 3 at .* UTC\ntick 2 of 3 .*\ntick 3 of 3 .*\n$/);
});

test("the PAGI app shows the request and echoes a body as text", async () => {
  const shown = (await (await get("/pagi/request?a=1")).json()) as Record<string, unknown>;
  assert.deepEqual([shown["rootPath"], shown["path"], shown["queryString"]], ["/pagi", "/request", "a=1"]);
  const echo = await get("/pagi/echo", {
    method: "POST",
    body: "<b>Grüße</b>",
    headers: { "content-type": "text/html" },
  });
  assert.equal(await echo.text(), "<b>Grüße</b>");
  assert.equal(echo.headers.get("content-type"), "text/plain; charset=utf-8");
});

test("the Hono app answers through fetch", async () => {
  assert.deepEqual(await (await get("/hono/hello?name=Ada")).json(), {
    hello: "Ada",
    from: "Hono",
    through: "fetch",
  });
});

const frameworks = ["express", "koa", "fastify", "nest"] as const;
const hello = async (name: string): Promise<Record<string, unknown>> =>
  (await (await get(`/${name}/hello?name=Ada`)).json()) as Record<string, unknown>;

test("four frameworks answer side by side, and one that breaks takes nobody along", async () => {
  for (const name of frameworks) {
    const { hello: who, from } = await hello(name);
    assert.deepEqual([who, String(from).toLowerCase()], ["Ada", name]);
    const broken = await get(`/${name}/broken`);
    const id = broken.headers.get("x-request-id") ?? "";
    assert.match(id, /^[\da-f-]{36}$/);
    assert.deepEqual(
      [broken.status, await broken.text()],
      [500, `Something broke on our side. Tell us this id: ${id}\n`],
    );
    const log = await (await get("/log")).text();
    assert.match(log, new RegExp(`^${id} "GET /${name}/broken HTTP/1.1" 500 \\d+$`, "m"));
  }
  for (const name of frameworks) assert.equal((await hello(name))["hello"], "Ada");
});

test("the shop answers old routes by Express and moved ones by what took their place", async () => {
  const by = async (path: string) => {
    const { answeredBy, at } = (await (await get(path)).json()) as Record<string, unknown>;
    return [answeredBy, at];
  };
  assert.deepEqual(await by("/shop/"), ["Express", undefined]);
  assert.deepEqual(await by("/shop/basket"), ["Express", "/shop/basket"]);
  assert.deepEqual(await by("/shop/stock"), ["an app in the message form", undefined]);
  assert.deepEqual(await by("/shop/prices"), ["a PSGI app", "/shop/prices"]);
  assert.equal((await get("/shop/nowhere")).status, 404);
});

test("every link of the page leads to a page of this server", async () => {
  const html = await (await get("/")).text();
  const links = [...html.matchAll(/(?:href|src|action)="([^"#]+)"/g)].map((match) => match[1] ?? "");
  assert.ok(links.length > 8);
  for (const link of new Set(links)) {
    assert.ok(!/^https?:/.test(link), `${link} is not of this server`);
    const response = await get(link, link === "/pagi/echo" ? { method: "POST", body: "x" } : {});
    await response.body?.cancel();
    assert.equal(response.status, 200, link);
  }
});

test("the page shows each app at work and asks nobody else", { skip: noBrowser }, async () => {
  const { page, complaints, requests } = await openPage();
  const wire = (id: string) => page.locator(`#${id} .wire`);

  await page.getByLabel("Ticks").fill("2");
  await page.getByRole("button", { name: "Start the clock" }).click();
  await wire("clock").getByText("tick 1 of 2").waitFor();
  assert.doesNotMatch(await wire("clock").innerText(), /tick 2 of 2/, "shown as it arrives");
  await wire("clock").getByText("ended after").waitFor();

  await page.getByRole("button", { name: "Show my request" }).click();
  await wire("pagi").getByText('"rootPath": "/pagi"').waitFor();
  await page.getByLabel("Text").fill("Tack så mycket");
  await page.getByRole("button", { name: "Post it" }).click();
  await wire("pagi").getByText("Tack så mycket", { exact: true }).waitFor();

  await page.locator("#hono").getByLabel("Name").fill("Grace");
  await page.getByRole("button", { name: "Say hello" }).click();
  await wire("hono").getByText('"hello":"Grace"').waitFor();

  assert.deepEqual(complaints, []);
  assert.deepEqual([...new Set(requests.map((url) => new URL(url).origin))], [new URL(running.url).origin]);
});

test("the page shows the frameworks, their errors and the log", { skip: noBrowser }, async () => {
  const { page, complaints } = await openPage();
  const wire = page.locator("#frameworks .wire");
  for (const name of ["Express", "Koa", "Fastify", "Nest"]) {
    await page.getByRole("button", { name: `Ask ${name}` }).click();
    await wire.getByText(`"from":"${name}"`).waitFor();
    await wire.getByText("< x-request-id: ").waitFor();
    await page.getByRole("button", { name: `Break ${name}` }).click();
    await wire.getByText("< 500").waitFor();
    await wire.getByText("Something broke on our side.").waitFor();
  }
  await page.getByRole("button", { name: "Show the access log" }).click();
  await wire.getByText('"GET /nest/broken HTTP/1.1" 500').waitFor();
  // The browser itself notes every answer of 500.
  assert.ok(complaints.every((text) => text.includes("500")));
});

test("the page shows the shop, moved and not", { skip: noBrowser }, async () => {
  const { page } = await openPage();
  const wire = page.locator("#shop .wire");
  const answers = {
    "The basket": '"answeredBy":"Express"',
    "The stock, moved": '"answeredBy":"an app in the message form"',
    "The prices, moved": '"answeredBy":"a PSGI app"',
  };
  for (const [button, text] of Object.entries(answers)) {
    await page.getByRole("button", { name: button }).click();
    await wire.getByText(text).waitFor();
  }
});

test("the page shows a range, a head and an unchanged file", { skip: noBrowser }, async () => {
  const { page } = await openPage();
  const wire = page.locator("#files .wire");
  await page.getByRole("button", { name: "Its first 80 bytes" }).click();
  await wire.getByText("< 206 Partial Content").waitFor();
  await wire.getByText("< content-range: bytes 0-79/").waitFor();
  await page.getByRole("button", { name: "Only its head" }).click();
  await wire.getByText("> HEAD /tour.css").waitFor();
  await page.getByRole("button", { name: "Again, if it changed" }).click();
  await wire.getByText("< 304 Not Modified").waitFor();
});

test("a clock that is stopped ends its exchange", { skip: noBrowser }, async () => {
  const { page } = await openPage();
  await page.getByRole("button", { name: "Start the clock" }).click();
  await page.locator("#clock .wire").getByText("tick 1 of 5").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator("#clock .wire").getByText("stopped after").waitFor();
  assert.equal(await page.getByRole("button", { name: "Stop" }).isDisabled(), true);
});

test("the page fits a small screen", { skip: noBrowser }, async () => {
  const { page } = await openPage();
  await page.setViewportSize({ width: 360, height: 640 });
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
});

test("the page works without script", { skip: noBrowser }, async () => {
  const plain = await openBrowser({ javaScriptEnabled: false });
  try {
    const page = await plain.context.newPage();
    await page.goto(running.url);
    await page.getByRole("button", { name: "Say hello" }).click();
    await page.getByText('"hello":"Ada"').waitFor();
  } finally {
    await plain.close();
  }
});
