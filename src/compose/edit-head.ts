/** Edits the heads of all answers: responses, event streams and accepted WebSockets (spec/PAGI.md, MID-*). */
import type { App, Send } from "../pagi/app.ts";
import type { SendEvent } from "../pagi/event.ts";
import type { ExchangeScope } from "../pagi/scope.ts";
import { type HeadEvent, ResponseHead } from "./response-head.ts";

/** Edits a head in place. */
export type EditHead = (head: ResponseHead, scope: ExchangeScope) => void | Promise<void>;

/**
 * Runs `edit` on every head the app sends: `http.response.start`, `sse.start` and `websocket.accept`
 * (`head.type` says which). Nothing is withheld and bodies are never touched, so `head.length` and
 * `head.file` are unknown; `filterResponse` knows them. What `edit` throws, the app's `send` throws.
 *
 * @example
 * const poweredBy: Middleware = (app) => editHead(app, (head) => head.set("x-powered-by", "tack"));
 */
export function editHead(app: App, edit: EditHead): App {
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") return app(scope, receive, send);
    const editing: Send = async (event) => {
      if (!isHead(event)) return send(event);
      const head = new ResponseHead(event);
      await edit(head, scope);
      return send(head.toEvent());
    };
    return app(scope, receive, editing);
  };
}

function isHead(event: SendEvent): event is HeadEvent {
  const { type } = event;
  return type === "http.response.start" || type === "sse.start" || type === "websocket.accept";
}
