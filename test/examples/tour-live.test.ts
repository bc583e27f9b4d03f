/** The parts of the tour that stay connected, in a browser: over HTTP/1.1, and over TLS with HTTP/2. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { WebSocket } from "ws";
import { standalone } from "#src/handler/standalone.js";
import type { Running } from "#src/server/handler.js";
import tour from "../../examples/tour/app.js";
import { noBrowser, openBrowser, type Browser } from "../support/browser.js";
import { local } from "../support/certificates.js";

const tls = { cert: local.cert, key: local.key };

for (const scheme of ["http", "https"] as const) {
  describe(`the live parts over ${scheme}`, { skip: noBrowser }, () => {
    let running: Running;
    let browser: Browser;

    const serveAt = (port: string): Promise<Running> =>
      standalone({
        listen: [`${scheme}://127.0.0.1:${port}`],
        ...(scheme === "https" && { tls }),
        drainWindowMs: 0,
        graceMs: 2000,
        lingerMs: 200,
      }).run(tour);

    /** Stops the server and starts it again at the same place. */
    async function restart(): Promise<void> {
      await running.close();
      running = await serveAt(new URL(running.url).port);
    }

    async function openPage(): Promise<Page> {
      const page = await browser.context.newPage();
      await page.goto(running.url);
      return page;
    }

    before(async () => {
      running = await serveAt("0");
      browser = await openBrowser({ ignoreHTTPSErrors: true });
    });

    after(async () => {
      await browser.close();
      await running.close({ graceMs: 0 });
    });

    test("the ticker ticks, and goes on where it was when the server comes back", async () => {
      const page = await openPage();
      const wire = page.locator("#live .wire");
      await page.getByRole("button", { name: "Follow the price" }).click();
      await wire
        .getByText(/^ +\d+ {2}\d+\.\d\d$/m)
        .first()
        .waitFor();
      await restart();
      await wire.getByText("/ticker: lost, coming back").first().waitFor();
      await wire.getByText("/ticker: open").nth(1).waitFor();
      const before = await idsOn(page);
      await wire.locator(".body").nth(before.length).waitFor();
      const ids = await idsOn(page);
      const wanted = Array.from({ length: ids.length }, (_, index) => ids[0]! + index);
      assert.deepEqual(ids, wanted, "none is missing, and none came twice");
      await page.getByRole("button", { name: "Leave the price" }).click();
      await wire.getByText("/ticker: left").waitFor();
      await page.close();
    });

    test("the log is shown while it is written", async () => {
      const page = await openPage();
      const wire = page.locator("#live .wire");
      await page.getByRole("button", { name: "Follow the log" }).click();
      await wire.getByText("/log: open").waitFor();
      const path = `/hono/hello?name=${scheme}`;
      await page.evaluate(`fetch(${JSON.stringify(path)})`);
      await wire.getByText(path).waitFor();
      await page.close();
    });

    test("a chat of two pages, which join again when the server comes back", async () => {
      const [ada, grace] = [await openPage(), await openPage()];
      for (const [page, name] of [
        [ada, "Ada"],
        [grace, "Grace"],
      ] as const) {
        await page.getByLabel("Your name").fill(name);
        await page.getByRole("button", { name: "Join" }).click();
        await page.locator("#chat .wire").getByText("joined").waitFor();
      }
      await saying(ada, "hello, Grace");
      await grace.locator("#chat .wire").getByText("Ada: hello, Grace").last().waitFor();
      await restart();
      await ada.locator("#chat .wire").getByText("joined").waitFor();
      await saying(grace, "still here?");
      await ada.locator("#chat .wire").getByText("Grace: still here?").last().waitFor();
      await grace.getByRole("button", { name: "Leave", exact: true }).click();
      await grace.locator("#chat .wire").getByText("left").waitFor();
      await Promise.all([ada.close(), grace.close()]);
    });
  });
}

/** The ids of the prices that a page has shown. */
function idsOn(page: Page): Promise<number[]> {
  return page.evaluate(
    `[...document.querySelectorAll("#live .wire .body")].map((one) => Number(one.textContent.trim().split(" ")[0]))`,
  );
}

/** Says something as soon as the page has joined. */
async function saying(page: Page, text: string): Promise<void> {
  await page.getByLabel("Your line").fill(text);
  await page.getByRole("button", { name: "Say it" }).click();
}

test("without a browser: the chat passes lines on, and remembers the last ones for whoever comes", async () => {
  const running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(tour);
  const url = running.url.replace("http", "ws");
  const lines: string[] = [];
  let tell: () => void = () => undefined;
  const join = (name: string): Promise<WebSocket> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${url}/chat?name=${name}`);
      socket.on("message", (data) => {
        lines.push(`${name} reads ${String(data)}`);
        tell();
      });
      socket.on("open", () => resolve(socket));
    });
  const read = async (line: string): Promise<void> => {
    while (!lines.includes(line)) await new Promise<void>((resolve) => (tell = resolve));
  };
  const first = await join("Ada");
  first.send("anybody here?");
  await read('Ada reads {"from":"Ada","text":"anybody here?"}');
  const second = await join("Grace");
  await read('Grace reads {"from":"Ada","text":"anybody here?"}');
  second.send("x".repeat(2000));
  await read(`Ada reads {"from":"Grace","text":"${"x".repeat(500)}"}`);
  const closed = new Promise<number>((resolve) => first.on("close", resolve));
  second.close();
  await running.close();
  assert.equal(await closed, 1012);
});
