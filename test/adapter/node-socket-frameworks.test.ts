/** WebSockets of Fastify and Nest through `toApp`, and servers that app files export. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { test } from "node:test";
import websocket from "@fastify/websocket";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { WsAdapter } from "@nestjs/platform-ws";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import fastify from "fastify";
import { WebSocketServer } from "ws";
import { toApp } from "#src/adapter/to-app.js";
import { mount } from "#src/compose/mount.js";
import type { App } from "#src/pagi/app.js";
import { until } from "../support/hosted.js";
import { opened, refused, upgrading } from "../support/upgrading.js";

async function echoing() {
  const app = fastify();
  await app.register(websocket);
  app.addHook("onRequest", async (request, reply) => {
    if (request.url.startsWith("/members")) await reply.code(401).send("members only");
  });
  app.get("/plain", async () => "plain");
  app.get("/members", { websocket: true }, (socket) => socket.send("welcome"));
  app.get("/echo/:name", { websocket: true }, (socket, request) => {
    const { name } = request.params as { name: string };
    socket.on("message", (data: Buffer) => socket.send(`${name}: ${String(data)}`));
  });
  return app;
}

test("@fastify/websocket works through toApp, at the root and below a mount", async (context) => {
  const app = mount({ "/under": toApp(await echoing()), "/": toApp(await echoing()) });
  const served = await upgrading(context, app);
  for (const prefix of ["", "/under"]) {
    assert.equal(await (await fetch(`${served.url}${prefix}/plain`)).text(), "plain");
    const client = await opened(context, `${served.ws}${prefix}/echo/ada`);
    client.socket.send("hello");
    assert.equal(await client.next(), "ada: hello");
    assert.deepEqual(await refused(`${served.ws}${prefix}/members`), { status: 401, text: "members only" });
    assert.equal((await refused(`${served.ws}${prefix}/nowhere`)).status, 404);
  }
  await until(() => served.running === 2);
});

test("@fastify/websocket is there for the first request, also where nobody runs lifespan", async (context) => {
  const inner = toApp(await echoing());
  const app: App = async (scope, receive, send) => {
    if (scope.type !== "lifespan") await inner(scope, receive, send);
  };
  const client = await opened(context, `${(await upgrading(context, app)).ws}/echo/bob`);
  client.socket.send("hi");
  assert.equal(await client.next(), "bob: hi");
});

class Gateway {
  echo(_client: unknown, data: string): { event: string; data: string } {
    return { event: "echo", data };
  }
}
const echo = Object.getOwnPropertyDescriptor(Gateway.prototype, "echo")!;
SubscribeMessage("echo")(Gateway.prototype, "echo", echo);
WebSocketGateway({ path: "/ws" })(Gateway);

class Root {
  readonly name = "root";
}
Module({ providers: [Gateway] })(Root);

test("Nest's WsAdapter works on the server of a Nest app", async (context) => {
  const nest = await NestFactory.create(Root, { logger: false });
  nest.useWebSocketAdapter(new WsAdapter(nest));
  const app = toApp(nest);
  const served = await upgrading(context, mount({ "/nest": app }));
  const { socket, next } = await opened(context, `${served.ws}/nest/ws`);
  socket.send(JSON.stringify({ event: "echo", data: "hello" }));
  assert.equal(await next(), JSON.stringify({ event: "echo", data: "hello" }));
  // Nest's own way to refuse.
  await assert.rejects(refused(`${served.ws}/nest/elsewhere`), /socket hang up/);
  assert.equal((await fetch(`${served.url}/nest/nowhere`)).status, 404);
});

test("toApp takes a server, of http and of https", async (context) => {
  for (const server of [createServer(), createTlsServer()]) {
    server.on("request", (_, response) => response.end("page"));
    new WebSocketServer({ server }).on("connection", (socket) => socket.send("hello"));
    const served = await upgrading(context, toApp(server));
    assert.equal(await (await fetch(served.url)).text(), "page");
    assert.equal(await (await opened(context, served.ws)).next(), "hello");
  }
});

test("toApp refuses a server that listens", async (context) => {
  const server = createServer().listen(0, "127.0.0.1");
  context.after(() => server.close());
  await new Promise((resolve) => server.on("listening", resolve));
  assert.throws(() => toApp(server), /leave out its listen/);
});
