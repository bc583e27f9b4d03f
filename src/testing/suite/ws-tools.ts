/** What the cases on WebSocket sessions share. */
import assert from "node:assert/strict";
import type { App, Receive, Send } from "../../pagi/app.ts";
import type { WebSocketAccept, WebSocketReceiveEvent } from "../../pagi/event.ts";
import type { WebSocketScope } from "../../pagi/scope.ts";
import type { ClientSession, SessionEvent, SessionRequest } from "../client-session.ts";
import { withDeadline } from "../deadline.ts";
import type { LiveClient } from "../live-client.ts";
import { signal, type Watched } from "./suite-tools.ts";

/** What one call of an app for sessions is given. */
export interface SessionCall {
  readonly scope: WebSocketScope;
  readonly receive: Receive<WebSocketReceiveEvent>;
  readonly send: Send;
}

/** An app for websocket scopes only; it declines lifespan by throwing. */
export function sessionApp(handle: (call: SessionCall) => Promise<unknown>): App {
  return async (scope, receive, send) => {
    if (scope.type !== "websocket") throw new Error(`unsupported scope type: ${scope.type}`);
    await handle({ scope, receive: receive as SessionCall["receive"], send });
  };
}

/** Makes an app for sessions whose first call reports its value to the case. */
export function watchedSession<Value>(handle: (call: SessionCall) => Promise<Value>): Watched<Value> {
  const first = signal<Value | Promise<Value>>();
  const result = withDeadline(first.promise as Promise<Value>, "the app to finish");
  result.catch(() => {});
  const app = sessionApp((call) => {
    const running = handle(call);
    running.catch(() => {});
    first.resolve(running);
    return running;
  });
  return { app, result };
}

/** Receives the connect event and accepts. */
export async function accept(
  { receive, send }: SessionCall,
  event: Omit<WebSocketAccept, "type"> = {},
): Promise<void> {
  assert.deepEqual(await receive(), { type: "websocket.connect" });
  await send({ type: "websocket.accept", ...event });
}

/** Receives until the session is over, and gives all that came. */
export async function untilEnd({ receive }: Pick<SessionCall, "receive">): Promise<WebSocketReceiveEvent[]> {
  const events: WebSocketReceiveEvent[] = [];
  for (;;) {
    const event = await receive();
    events.push(event);
    if (event.type === "websocket.disconnect") return events;
  }
}

/** An app that sends back what it receives. */
export const echo: App = sessionApp(async (call) => {
  await accept(call);
  for (;;) {
    const event = await call.receive();
    if (event.type !== "websocket.receive") return;
    const { text, bytes } = event;
    await call.send(
      text === undefined ? { type: "websocket.send", bytes: bytes! } : { type: "websocket.send", text },
    );
  }
});

/** Opens a session that must be accepted. */
export async function opened(client: LiveClient, request?: SessionRequest): Promise<ClientSession> {
  const session = await withDeadline(client.session(request), "the handshake");
  assert.ok(session.head.status === 101 || session.head.status === 200, `answered ${session.head.status}`);
  return session;
}

/** The next event of a session, which must come. */
export function next(session: ClientSession): Promise<SessionEvent> {
  return withDeadline(session.next(), "the next frame");
}

/** Checks that the server says goodbye like this, and then ends the stream. */
export async function closedWith(session: ClientSession, code: number, reason?: string): Promise<void> {
  const event = await next(session);
  assert.equal(event.type, "close");
  assert.deepEqual(event, { type: "close", code, reason: reason ?? (event as { reason: string }).reason });
  assert.deepEqual(await next(session), { type: "end" });
}
