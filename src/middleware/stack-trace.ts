/**
 * An error page for development: the stack, the source lines around each frame, and the request.
 * It shows the app's source to whoever asks, so it has no place in production.
 */
import { checkOptions } from "../http/check-options.ts";
import { isTackError } from "../http/errors.ts";
import type { Middleware, Send } from "../pagi/app.ts";
import type { ExchangeScope } from "../pagi/scope.ts";
import { renderPage } from "./stack-trace/page.ts";
import { jsonTrace, textTrace } from "./stack-trace/text.ts";

/** What is shown and who is told. */
export interface StackTraceOptions {
  /** Called with each error that gets a page, so that it is not only seen in the browser. */
  readonly onError?: (error: unknown) => void;
  /**
   * Makes the HTML. When it fails the page is plain text.
   * @default youch, an optional peer dependency loaded at the first error
   */
  readonly render?: (error: unknown, scope: ExchangeScope) => Promise<string>;
}

type Page = readonly [type: string, body: string];

/**
 * Answers 500 with a page about the error when the app throws before its response has begun: HTML for a
 * browser, JSON or text for others. Errors below 500, and errors after the response has begun, pass.
 *
 * @example
 * const friendly = stackTrace({ onError: (error) => console.error(error) })(app);
 */
export function stackTrace(options: StackTraceOptions = {}): Middleware {
  checkOptions("stackTrace", options, { onError: "function", render: "function" });
  const { onError, render = renderPage } = options;
  return (app) => async (scope, receive, send) => {
    if (scope.type === "lifespan") return await app(scope, receive, send);
    try {
      await app(scope, receive, send);
    } catch (error) {
      if (isExpected(error) || scope.connection.responseStarted || !scope.connection.isConnected) throw error;
      onError?.(error);
      await answer(scope, send, await makePage(error, scope, render));
    }
  };
}

/** An app that throws a 404 means it. */
function isExpected(error: unknown): boolean {
  return isTackError(error) && error.status !== undefined && error.status < 500;
}

async function makePage(
  error: unknown,
  scope: ExchangeScope,
  render: NonNullable<StackTraceOptions["render"]>,
): Promise<Page> {
  const accept = scope.headers.find(([name]) => name === "accept")?.[1] ?? "";
  if (/\bhtml\b/i.test(accept)) {
    try {
      return ["text/html; charset=utf-8", await render(error, scope)];
    } catch {
      // The renderer is missing or failed on this error: text always works.
      return ["text/plain; charset=utf-8", textTrace(error)];
    }
  }
  if (/\bjson\b/i.test(accept)) return ["application/json", jsonTrace(error)];
  return ["text/plain; charset=utf-8", textTrace(error)];
}

async function answer(scope: ExchangeScope, send: Send, [type, body]: Page): Promise<void> {
  const headers = [
    ["content-type", type],
    ["cache-control", "no-store"],
  ] as const;
  await send({ type: "http.response.start", status: 500, headers });
  const headOnly = scope.type === "http" && scope.method === "HEAD";
  await send({ type: "http.response.body", body: headOnly ? "" : body });
}
