/** Apps for tests of WebSocket sessions, with lint around them. */
import type { TestContext } from "node:test";
import { lint } from "#src/middleware/lint.js";
import type { App, Receive, Send } from "#src/pagi/app.js";
import type { WebSocketReceiveEvent, WebSocketSendEvent } from "#src/pagi/event.js";
import type { WebSocketScope } from "#src/pagi/scope.js";
import type { ServeOptions } from "#src/server/server.js";
import { type Upgrading, upgrading } from "./upgrading.js";

/** What one call of a WebSocket app is given. */
export interface SessionCall {
  readonly scope: WebSocketScope;
  readonly receive: Receive<WebSocketReceiveEvent>;
  readonly send: Send<WebSocketSendEvent>;
}

/** An app for websocket scopes only; nothing but trouble of its sessions is logged. */
export function sessionApp(handle: (call: SessionCall) => Promise<unknown>): App {
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") return live(receive, send);
    if (scope.type !== "websocket") throw new Error(`unsupported scope type: ${scope.type}`);
    await handle({ scope, receive: receive as SessionCall["receive"], send });
  };
}

async function live(receive: Receive, send: Send): Promise<void> {
  await receive();
  await send({ type: "lifespan.startup.complete" });
  await receive();
  await send({ type: "lifespan.shutdown.complete" });
}

/** Sends every message back until the session is over. */
export async function echo({ receive, send }: SessionCall): Promise<WebSocketReceiveEvent> {
  await receive();
  await send({ type: "websocket.accept" });
  for (;;) {
    const event = await receive();
    if (event.type !== "websocket.receive") return event;
    const { text, bytes } = event;
    await send(
      text === undefined ? { type: "websocket.send", bytes: bytes! } : { type: "websocket.send", text },
    );
  }
}

/** Serves a WebSocket app for one test; a broken rule ends in the server's log. */
export function serving(
  context: TestContext,
  handle: (call: SessionCall) => Promise<unknown>,
  options: ServeOptions = {},
): Promise<Upgrading> {
  return upgrading(context, lint()(sessionApp(handle)), options);
}
