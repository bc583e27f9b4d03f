/** An event stream as an app: one function to write, the rest as the contract wants it (spec/PAGI.md, SSE-*). */
import { reply } from "../compose/reply.ts";
import { checkOptions } from "../http/check-options.ts";
import { UsageError } from "../http/errors.ts";
import { EventStream } from "../object/event-stream.ts";
import type { App } from "../pagi/app.ts";
import type { SseScope } from "../pagi/scope.ts";

/** How streams are kept. */
export interface EventStreamOptions {
  /**
   * Seconds between comments on a quiet stream: less than what stands in front closes quiet connections after. 0 for none.
   * @default 15
   */
  readonly keepalive?: number;
}

const NOT_ACCEPTABLE = reply(
  406,
  {},
  "Here is an event stream: ask for it with the header Accept: text/event-stream\n",
);
const NO_WEBSOCKET = reply(501, {}, "Here is an event stream, and no WebSocket\n");

/**
 * Calls `handle` for each client and closes its stream when the promise of `handle` resolves; the client comes back
 * then, with the id of the last event it has seen. An error ends the stream visibly, and is a 500 or the status of an
 * `HttpError` when nothing was sent. A request that does not ask for an event stream is answered with 406.
 *
 * @example
 * export default eventStream(async (stream) => {
 *   let id = Number(stream.lastEventId ?? 0);
 *   while (await stream.send({ data: `tick ${++id}`, id: String(id) }))
 *     await new Promise((resolve) => setTimeout(resolve, 1000));
 * });
 */
export function eventStream(
  handle: (stream: EventStream, scope: SseScope) => unknown,
  options: EventStreamOptions = {},
): App {
  if (typeof handle !== "function") throw new UsageError("eventStream: give it a function (stream, scope)");
  checkOptions("eventStream", options, { keepalive: "number" });
  const { keepalive = 15 } = options;
  return async (scope, receive, send) => {
    if (scope.type === "http") return NOT_ACCEPTABLE(scope, receive, send);
    if (scope.type === "websocket") return NO_WEBSOCKET(scope, receive, send);
    // Declined by returning.
    if (scope.type === "lifespan") return;
    const stream = new EventStream(scope, send, { keepalive });
    await handle(stream, scope);
    await stream.close();
  };
}
