/**
 * Calls a wrapped PSGI app without the message form in between.
 * Fast path "direct psgi": bench servers tack-psgi against tack-pagi. Without this file everything behaves the same.
 */
import { directOf } from "../adapter/direct.ts";
import { callPsgi } from "../adapter/psgi/call.ts";
import { buildEnv, type EnvFacts } from "../adapter/psgi/env.ts";
import { ScopeExchange } from "../adapter/psgi/exchange.ts";
import { checkTriple, startOf, toPairs } from "../adapter/psgi/head.ts";
import { StreamedInput } from "../adapter/psgi/input.ts";
import { lazyEnv, type LazyEnv } from "../adapter/psgi/lazy-env.ts";
import type { App, Receive } from "../pagi/app.ts";
import type { ExchangeScope, HttpScope } from "../pagi/scope.ts";
import type { PsgiApp } from "../psgi/app.ts";
import type { PsgiInput } from "../psgi/env.ts";
import type { PsgiResponse } from "../psgi/response.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { HttpExchange } from "../exchange/http-exchange.ts";

/** Runs one exchange; calls `settled` when the app is over. */
export type Runner = (exchange: Exchange, scope: ExchangeScope, settled: () => void) => void;

/**
 * How the exchanges of `app` are run: directly when it wraps a PSGI app whose input needs no buffering, else
 * through the message form.
 *
 * @example
 * const run = runnerFor(app, false);
 * run(exchange, scope, settled);
 */
export function runnerFor(app: App, isWorker: boolean): Runner {
  const direct = directOf(app);
  if (direct?.form !== "psgi" || direct.options.bufferInput !== undefined) {
    return (exchange, scope, settled) => exchange.run(app, scope, settled);
  }
  const { multiprocess = isWorker, runOnce = false } = direct.options;
  const facts = { multiprocess, runOnce, buffered: false };
  return (exchange, scope, settled) => {
    if (scope.type !== "http" || !(exchange instanceof HttpExchange))
      return exchange.run(app, scope, settled);
    const lazy = lazyEnv(scope, {
      input: () => new StreamedInput(exchange.receive as Receive),
      build: (input) => environment({ exchange, scope, facts }, input),
    });
    return runDirectly({ app: direct.app, exchange, scope, settled }, lazy);
  };
}

interface Call {
  readonly app: PsgiApp;
  readonly exchange: HttpExchange;
  readonly scope: HttpScope;
  readonly settled: () => void;
}

interface EnvSource {
  readonly exchange: HttpExchange;
  readonly scope: HttpScope;
  readonly facts: EnvFacts;
}

function environment({ exchange, scope, facts }: EnvSource, input: PsgiInput): LazyEnv["env"] {
  const env = buildEnv(scope, input, facts);
  env["psgix.informational"] = (status, headers) =>
    exchange.send({ type: "http.response.informational", status, headers: toPairs(headers) });
  return env;
}

function runDirectly(call: Call, lazy: LazyEnv): void {
  let response: PsgiResponse | Promise<PsgiResponse>;
  try {
    response = call.app(lazy.env);
  } catch (error) {
    return fail(call, lazy, error);
  }
  if (!(response instanceof Promise)) return finish(call, lazy, response);
  response.then(
    (settled) => finish(call, lazy, settled),
    (error: unknown) => fail(call, lazy, error),
  );
}

/** A whole response made of texts, or of one piece of bytes, is sent at once; all else goes the common way. */
function finish(call: Call, lazy: LazyEnv, response: PsgiResponse): void {
  const body = Array.isArray(response) && response.length === 3 ? pieceOf(response[2]) : undefined;
  if (body === undefined || hasCleanup(lazy)) return runCommonly(call, lazy, () => response);
  try {
    checkTriple(response);
    call.exchange.answerAtOnce(startOf(response[0], response[1]), { type: "http.response.body", body });
  } catch (error) {
    call.exchange.failed(error);
  }
  return call.settled();
}

function fail(call: Call, lazy: LazyEnv, error: unknown): void {
  runCommonly(call, lazy, () => {
    throw error;
  });
}

function pieceOf(body: unknown): string | Uint8Array | undefined {
  if (!Array.isArray(body)) return undefined;
  const [first] = body as unknown[];
  if (body.length === 1 && (typeof first === "string" || first instanceof Uint8Array)) return first;
  return body.every((piece) => typeof piece === "string") ? body.join("") : undefined;
}

function hasCleanup(lazy: LazyEnv): boolean {
  return lazy.isBuilt && lazy.env["psgix.cleanup.handlers"]?.length !== 0;
}

/** Goes on as `fromPsgi` does, with an app that has already been called. */
function runCommonly(call: Call, lazy: LazyEnv, app: PsgiApp): void {
  const { exchange, scope, settled } = call;
  // What nobody looked at has no cleanup handlers, and is not built for asking.
  const env = lazy.isBuilt ? lazy.env : NO_ENV;
  const common: App = (_scope, _receive, send) => callPsgi(app, env, new ScopeExchange(scope, send));
  exchange.run(common, scope, settled);
}

const NO_ENV = Object.freeze({}) as LazyEnv["env"];
