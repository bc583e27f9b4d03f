/**
 * PSGI apps as message apps, and back (`spec/PSGI.md`).
 *
 * `fromPsgi` loses: WebSocket sessions (refused), the difference of an event stream (an `sse` scope is answered
 * as plain HTTP), request and response trailers, `fullflush`, `state`, lifespan (declined), and a question mark
 * without a query in `REQUEST_URI`.
 *
 * `toPsgi` loses: every scope but `http`, lifespan with its `state` among them; response trailers (taken and
 * dropped) and request trailers; the reason phrase; `fullflush`, `transport` and TLS facts; where several
 * header lines were joined, and their order; an abort before the head is a 500; and a lost client is noticed only
 * through the body.
 */
import type { App, Receive, Send } from "../pagi/app.ts";
import type { HttpScope, SseScope } from "../pagi/scope.ts";
import type { PsgiApp } from "../psgi/app.ts";
import type { PsgiEnv } from "../psgi/env.ts";
import { type FromPsgiOptions, markDirect } from "./direct.ts";
import { callPsgi } from "./psgi/call.ts";
import { type EnvFacts, buildEnv } from "./psgi/env.ts";
import { ScopeExchange } from "./psgi/exchange.ts";
import { toPairs } from "./psgi/head.ts";
import { LoweredExchange } from "./psgi/lowered-exchange.ts";
import { StreamedInput, bufferInput } from "./psgi/input.ts";
import { checkFromPsgiOptions } from "./psgi/options.ts";
import { refuseWebSocket } from "./stream/refuse.ts";

/**
 * Makes a message app of a PSGI app. Bodies stream both ways and are paced; a body is closed once in every
 * ending; an error before the head is thrown to the server, a later one leaves the response incomplete.
 *
 * @example
 * const app = fromPsgi((env) => [200, ["Content-Type", "text/plain"], [`Hello, ${env.QUERY_STRING}`]]);
 */
export function fromPsgi(app: PsgiApp, options: FromPsgiOptions = {}): App {
  checkFromPsgiOptions(options);
  const limit = options.bufferInput;
  let facts = factsOf(options, false);
  const call = async (scope: HttpScope | SseScope, receive: Receive, send: Send): Promise<void> => {
    const input = limit === undefined ? new StreamedInput(receive) : await bufferInput(receive, limit);
    const env = buildEnv(scope, input, facts);
    if (scope.extensions.earlyHints !== undefined) addInformational(env, send);
    await callPsgi(app, env, new ScopeExchange(scope, send));
  };
  const adapted: App = (scope, receive, send) => {
    if (scope.type === "http" || scope.type === "sse") return call(scope, receive, send);
    if (scope.type === "websocket") return refuseWebSocket(send);
    // Declined by returning; only the word on other processes is taken along.
    facts = factsOf(options, scope.pagi.isWorker === true);
    return Promise.resolve();
  };
  return markDirect(adapted, { form: "psgi", app, options });
}

/**
 * Makes a PSGI app of a message app. The response comes as soon as the first piece of its body was sent; what
 * follows is pulled at the server's pace, and a body that is closed early is a lost client to the app.
 * `onComplete` runs as a cleanup handler where there are such, else when the body was taken.
 *
 * @example
 * const psgi = toPsgi(app);
 * const response = await psgi(env);
 */
export function toPsgi(app: App): PsgiApp {
  return (env) => {
    const exchange = new LoweredExchange(env);
    exchange.run(app);
    return exchange.response;
  };
}

function factsOf(options: FromPsgiOptions, isWorker: boolean): EnvFacts {
  return {
    multiprocess: options.multiprocess ?? isWorker,
    runOnce: options.runOnce ?? false,
    buffered: options.bufferInput !== undefined,
  };
}

function addInformational(env: PsgiEnv, send: Send): void {
  env["psgix.informational"] = (status, headers) =>
    send({ type: "http.response.informational", status, headers: toPairs(headers) });
}
