/** What the cases on event streams share. */
import assert from "node:assert/strict";
import type { App, Receive, Send } from "../../pagi/app.ts";
import type { SseReceiveEvent, SseSendEvent } from "../../pagi/event.ts";
import type { Headers, SseScope } from "../../pagi/scope.ts";
import type { ClientExchange, ClientRequest } from "../client.ts";
import { withDeadline } from "../deadline.ts";
import { signal, type Watched } from "./suite-tools.ts";

/** What a client sends that wants an event stream. */
export const ASKING: Headers = [["accept", "text/event-stream"]];

/** A request for an event stream. */
export function asking(request: ClientRequest = {}): ClientRequest {
  return { ...request, headers: [...ASKING, ...(request.headers ?? [])] };
}

/** What one call of an app for event streams is given. */
export interface StreamCall {
  readonly scope: SseScope;
  readonly receive: Receive<SseReceiveEvent>;
  readonly send: Send<SseSendEvent>;
}

/** An app for sse scopes only; it declines lifespan by throwing. */
export function streamApp(handle: (call: StreamCall) => Promise<unknown>): App {
  return async (scope, receive, send) => {
    if (scope.type !== "sse") throw new Error(`unsupported scope type: ${scope.type}`);
    await handle({ scope, receive: receive as StreamCall["receive"], send });
  };
}

/** Makes an app for event streams whose first call reports its value to the case. */
export function watchedStream<Value>(handle: (call: StreamCall) => Promise<Value>): Watched<Value> {
  const first = signal<Value | Promise<Value>>();
  const result = withDeadline(first.promise as Promise<Value>, "the app to finish");
  result.catch(() => {});
  const app = streamApp((call) => {
    const running = handle(call);
    running.catch(() => {});
    first.resolve(running);
    return running;
  });
  return { app, result };
}

/** Starts a stream, sends what is given, closes it. */
export async function sendStream(send: StreamCall["send"], ...events: SseSendEvent[]): Promise<void> {
  await send({ type: "sse.start" });
  for (const event of events) await send(event);
  await send({ type: "sse.close" });
}

/** Reads until the text holds `wanted`; gives all that was read. Fails when the body ends before. */
export async function readUntil(exchange: ClientExchange, wanted: string): Promise<string> {
  const text = await readText(exchange, (read) => read.includes(wanted));
  assert.ok(text.includes(wanted), `the stream ended before ${JSON.stringify(wanted)}`);
  return text;
}

/** Reads to the end of the body; gives what was left of it. */
export function readRest(exchange: ClientExchange): Promise<string> {
  return readText(exchange, () => false);
}

async function readText(exchange: ClientExchange, isEnough: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (!isEnough(text)) {
    const piece = await withDeadline(exchange.read(), `more than ${JSON.stringify(text.slice(-40))}`);
    if (piece === undefined) return text;
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}
