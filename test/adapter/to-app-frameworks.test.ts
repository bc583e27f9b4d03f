/** App files that export what frameworks give: `toApp` knows the real ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import connect from "connect";
import express from "express";
import fastify from "fastify";
import Koa from "koa";
import { fromNode } from "#src/adapter/node.js";
import { toApp } from "#src/adapter/to-app.js";
import { mount } from "#src/compose/mount.js";
import { UsageError } from "#src/http/errors.js";
import { serve } from "#src/server/server.js";
import { hosted } from "../support/hosted.js";

const makers: Record<string, () => unknown> = {
  Express: () => express().get("/a", (_, response) => void response.send("Express")),
  "an Express router": () =>
    express.Router().get("/a", (_, response) => void response.end("an Express router")),
  Connect: () => connect().use("/a", (_, response) => response.end("Connect")),
  Koa: () => new Koa().use((koa) => void (koa.body = "Koa")),
  Fastify: () => fastify().get("/a", async () => "Fastify"),
};

for (const [name, make] of Object.entries(makers)) {
  test(`toApp takes what ${name} makes, also below a mount`, async (context) => {
    const client = await hosted(context, mount({ "/under": toApp(make()), "/": toApp(make()) }));
    for (const path of ["/a", "/under/a"]) assert.equal((await client.request({ path })).text(), name);
  });
}

test("Fastify becomes ready with startup and is closed with shutdown", async () => {
  const app = fastify();
  const steps: string[] = [];
  app.addHook("onReady", async () => void steps.push("ready"));
  app.addHook("onClose", async () => void steps.push("close"));
  const running = await serve(toApp(app));
  assert.deepEqual(steps, ["ready"]);
  await running.close({ graceMs: 0 });
  assert.deepEqual(steps, ["ready", "close"]);
});

test("a framework that fails to start stops the server from starting", async () => {
  const app = fromNode(() => undefined, { startup: () => Promise.reject(new Error("no database")) });
  await assert.rejects(serve(app), /no database/);
  assert.throws(() => fromNode(() => undefined, { nosuch: 1 } as never), UsageError);
});
