/** App files that export what frameworks give: `toApp` knows the real ones. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import feathersModule from "@feathersjs/express";
import { feathers } from "@feathersjs/feathers";
import { server as hapi } from "@hapi/hapi";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import connect from "connect";
import { Elysia } from "elysia";
import express from "express";
import express4 from "express4";
import fastify from "fastify";
import { H3 } from "h3";
import { Hono } from "hono";
import { AutoRouter } from "itty-router";
import Koa from "koa";
import polka from "polka";
import { fromNode } from "#src/adapter/node.js";
import { toApp } from "#src/adapter/to-app.js";
import { mount } from "#src/compose/mount.js";
import { UsageError } from "#src/http/errors.js";
import { serve } from "#src/server/server.js";
import { hosted } from "../support/hosted.js";

// A CommonJS package: its default is its exports, and its types say so.
const { default: feathersExpress, rest } = feathersModule;

class Hello {
  hello(): string {
    return "Nest";
  }
}
Get("/a")(Hello.prototype, "hello", Object.getOwnPropertyDescriptor(Hello.prototype, "hello")!);
Controller()(Hello);

// oxlint-disable-next-line typescript/no-extraneous-class -- what Nest decorates
class Root {}
Module({ controllers: [Hello] })(Root);

function hapiServer() {
  const server = hapi();
  server.route({ method: "GET", path: "/a", handler: () => "hapi" });
  return server;
}

function feathersApp() {
  const app = feathersExpress(feathers()).configure(rest());
  // Typed as the `get` of settings, which it is with one argument.
  const routes = app as unknown as express.Express;
  routes.get("/a", (_, response) => void response.send("Feathers"));
  return app;
}

/** What each framework gives, in the words of its own documentation. The handlers answer with the first word. */
const makers: Readonly<Record<string, () => unknown>> = {
  Express: () => express().get("/a", (_, response) => void response.send("Express")),
  "Express 4": () => express4().get("/a", (_, response) => void response.send("Express")),
  "Express router": () => express.Router().get("/a", (_, response) => void response.end("Express")),
  Connect: () => connect().use("/a", (_, response) => response.end("Connect")),
  Koa: () => new Koa().use((koa) => void (koa.body = "Koa")),
  Fastify: () => fastify().get("/a", async () => "Fastify"),
  "Nest on Express": () => NestFactory.create(Root, { logger: false }),
  "Nest on Fastify": () => NestFactory.create(Root, new FastifyAdapter(), { logger: false }),
  hapi: hapiServer,
  Polka: () => polka().get("/a", (_, response) => response.end("Polka")),
  Feathers: () => feathersApp(),
  "node:http": () => createServer((_, response) => response.end("node:http")),
};

for (const [name, make] of Object.entries(makers)) {
  test(`toApp takes what ${name} makes, also below a mount and without lifespan`, async (context) => {
    const app = toApp(await make());
    const client = await hosted(context, mount({ "/under": app, "/": app }));
    for (const path of ["/a", "/under/a"]) {
      assert.equal((await client.request({ path })).text(), name.split(" ")[0]);
    }
    const bare = toApp(await make());
    const unstarted = await hosted(context, async (scope, receive, send) => {
      if (scope.type !== "lifespan") await bare(scope, receive, send);
    });
    assert.equal((await unstarted.request({ path: "/a" })).text(), name.split(" ")[0]);
  });
}

const fetchers: Readonly<Record<string, () => unknown>> = {
  Hono: () => new Hono().get("/a", (context) => context.text("Hono")),
  h3: () => new H3().get("/a", () => "h3"),
  Elysia: () => new Elysia().get("/a", () => "Elysia"),
  "itty-router": () => AutoRouter().get("/a", () => new Response("itty-router")),
};

for (const [name, make] of Object.entries(fetchers)) {
  test(`toApp takes what ${name} makes`, async (context) => {
    const client = await hosted(context, toApp(make()));
    assert.equal((await client.request({ path: "/a" })).text(), name);
  });
}

/** Where each framework runs its own start and stop; the steps are told to `note`. */
const lives: Readonly<Record<string, (note: (step: string) => void) => unknown>> = {
  Fastify: (note) =>
    fastify()
      .addHook("onReady", async () => note("start"))
      .addHook("onClose", async () => note("stop")),
  Nest: (note) => {
    class Living {
      onModuleInit = (): void => note("start");
      onModuleDestroy = (): void => note("stop");
    }
    // oxlint-disable-next-line typescript/no-extraneous-class -- what Nest decorates
    class Alive {}
    Module({ providers: [Living] })(Alive);
    return NestFactory.create(Alive, { logger: false });
  },
  hapi: (note) => {
    const server = hapi({ debug: false });
    server.ext("onPostStart", () => note("start"));
    server.ext("onPostStop", () => note("stop"));
    return server;
  },
  Feathers: (note) => {
    const app = feathersExpress(feathers());
    const service = {
      find: async () => [],
      setup: async () => note("start"),
      teardown: async () => note("stop"),
    };
    app.use("things", service);
    return app;
  },
  Elysia: (note) => new Elysia().onStart(() => note("start")).onStop(() => note("stop")),
};

for (const [name, make] of Object.entries(lives)) {
  test(`${name} starts with the server and stops with it, once each`, async () => {
    const steps: string[] = [];
    const app = toApp(await make((step) => void steps.push(step)));
    const running = await serve(mount({ "/": app, "/again": app }));
    assert.deepEqual(steps, ["start"]);
    await running.close({ graceMs: 0 });
    assert.deepEqual(steps, ["start", "stop"]);
  });

  test(`${name} that fails to start refuses the startup with its own words`, async () => {
    const app = toApp(
      await make((step) => {
        if (step === "start") throw new Error("no database");
      }),
    );
    await assert.rejects(serve(app), /no database/);
  });
}

test("a server that listens by itself is refused, at the latest by the startup", async (context) => {
  const server = createServer();
  const app = toApp(server);
  server.listen(0, "127.0.0.1");
  context.after(() => server.close());
  await once(server, "listening");
  await assert.rejects(serve(app), /listens by itself/);
  const nest = await NestFactory.create(Root, { logger: false });
  await nest.listen(0, "127.0.0.1");
  context.after(() => nest.close());
  assert.throws(() => toApp(nest), /listens by itself/);
});

test("the same value gives the same app", () => {
  const app = new Koa();
  assert.equal(toApp(app), toApp(app));
  assert.notEqual(toApp(app), toApp(new Koa()));
});

const ambiguous: Readonly<Record<string, readonly [value: () => object, message: RegExp]>> = {
  "a Koa app with a fetch": [
    () => Object.assign(new Koa(), { fetch: () => new Response() }),
    /could be a Koa app or an object with fetch/,
  ],
  "an Express app with a stack": [
    () => Object.assign(express(), { stack: [] }),
    /could be an Express app or a Connect app/,
  ],
};

for (const [what, [make, message]] of Object.entries(ambiguous)) {
  test(`${what} is refused with the list of wrappers`, () => {
    assert.throws(
      () => toApp(make()),
      (error) =>
        error instanceof UsageError && message.test(error.message) && error.message.includes("fromNode(app)"),
    );
  });
}

test("what only looks like a framework is refused", async () => {
  const everything = new Proxy({}, { get: () => () => undefined });
  const context = await NestFactory.createApplicationContext(Root, { logger: false });
  for (const value of [everything, { callback: () => undefined }, context, feathers()]) {
    assert.throws(() => toApp(value), /an object without fetch, which is no app/);
  }
  await context.close();
  assert.throws(() => toApp(NestFactory.create(Root, { logger: false })), /gives a promise \(await it\)/);
});

test("a framework that fails to start stops the server from starting", async () => {
  const app = fromNode(() => undefined, { startup: () => Promise.reject(new Error("no database")) });
  await assert.rejects(serve(app), /no database/);
  assert.throws(() => fromNode(() => undefined, { nosuch: 1 } as never), UsageError);
});
