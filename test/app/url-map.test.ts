import assert from "node:assert/strict";
import { test } from "node:test";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { urlMap } from "#src/app/url-map.js";
import { builder } from "#src/compose/builder.js";
import { mount as rootMount } from "#src/index.js";
import { reply } from "#src/compose/reply.js";
import { UsageError } from "#src/http/errors.js";
import { createClient } from "#src/testing/index.js";
import { serve } from "#src/server/server.js";
import { hosted } from "../support/hosted.js";

const apps = () => ({
  "/express": express().get("/a", (_, response) => void response.send("Express")),
  "/koa": new Koa().use((koa) => void (koa.body = `Koa ${koa.url}`)),
  "/fastify": fastify().get("/a", async () => "Fastify"),
  "/hono": new Hono().get("/hono/a", (context) => context.text("Hono")),
  "/": reply(200, {}, "rest"),
});

const answers = {
  "/express/a": "Express",
  "/koa/a": "Koa /a",
  "/fastify/a": "Fastify",
  "/hono/a": "Hono",
  "/nowhere": "rest",
};

test("urlMap, which is the mount of the root, takes what frameworks give", async (context) => {
  assert.equal(rootMount, urlMap);
  const client = await hosted(context, urlMap(apps()));
  for (const [path, text] of Object.entries(answers)) {
    assert.equal((await client.request({ path })).text(), text);
  }
});

test("a builder takes them too, beside other builders", async (context) => {
  const { "/": rest, ...mounted } = apps();
  const plan = builder();
  for (const [location, app] of Object.entries(mounted)) plan.mount(location, app);
  const client = await hosted(context, await plan.mount("/built", builder().mount("/", rest)).toApp(rest));
  for (const [path, text] of Object.entries({ ...answers, "/built": "rest" })) {
    assert.equal((await client.request({ path })).text(), text);
  }
});

test("pairs are a table as well, and functions of any length are apps", async () => {
  const short = (...call: Parameters<ReturnType<typeof reply>>) => reply(200, {}, "short")(...call);
  const client = createClient(urlMap([["/short", short] as const]));
  assert.equal((await client.request({ path: "/short" })).text(), "short");
});

test("an app that is mounted twice is started and stopped once", async () => {
  const steps: string[] = [];
  const app = fastify();
  app.addHook("onReady", async () => void steps.push("ready"));
  app.addHook("onClose", async () => void steps.push("close"));
  const running = await serve(urlMap({ "/a": app, "/b": app }));
  await running.close({ graceMs: 0 });
  assert.deepEqual(steps, ["ready", "close"]);
});

test("what is no app is refused with its location and the wrappers", () => {
  const wrong: Readonly<Record<string, unknown>> = {
    "an object without fetch": {},
    "a promise \\(await it\\)": Promise.resolve(reply(200)),
    "a number": 7,
    "a framework's app that is not known": Object.assign(() => {}, { listen: () => {} }),
  };
  for (const [what, value] of Object.entries(wrong)) {
    assert.throws(
      () => urlMap({ "/x": value as never }),
      (error) =>
        error instanceof UsageError &&
        new RegExp(`^mount: "/x" gives ${what}[^]*fromNode\\(app\\)`).test(error.message),
      what,
    );
  }
});
