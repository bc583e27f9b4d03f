/** Environments made by hand, and tests that break one rule of the request/response form. */
import { test } from "node:test";
import type { ContractError } from "#src/http/errors.js";
import { lintPsgi } from "#src/middleware/lint.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiEnv, PsgiInput } from "#src/psgi/env.js";
import type { PsgiBody, PsgiHead, PsgiResponder, PsgiResponse, PsgiWriter } from "#src/psgi/response.js";
import { quotes } from "./lint.js";

/** An input over pieces that are at hand. */
export function handInput(...pieces: readonly string[]): PsgiInput {
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  const read = async (): Promise<Uint8Array> => left.shift() ?? new Uint8Array();
  return {
    read,
    async *[Symbol.asyncIterator]() {
      while (left.length > 0) yield await read();
    },
  };
}

/** The environment of a GET request for `/`. */
export function handEnv(changes: Readonly<Record<string, unknown>> = {}): PsgiEnv {
  return {
    REQUEST_METHOD: "GET",
    SCRIPT_NAME: "",
    PATH_INFO: "/",
    REQUEST_URI: "/",
    QUERY_STRING: "",
    SERVER_NAME: "127.0.0.1",
    SERVER_PORT: "5000",
    SERVER_PROTOCOL: "HTTP/1.1",
    "psgi.version": [1, 1],
    "psgi.url_scheme": "http",
    "psgi.input": handInput(),
    "psgi.errors": { print: () => true },
    "psgi.multithread": false,
    "psgi.multiprocess": false,
    "psgi.run_once": false,
    "psgi.nonblocking": true,
    "psgi.streaming": true,
    ...changes,
  } as PsgiEnv;
}

/** A writer that remembers; `lost` is what `write` says about the client. */
export interface HandWriter extends PsgiWriter {
  readonly written: readonly unknown[];
  lost: boolean;
}

/** A writer without a connection. */
export function handWriter(): HandWriter {
  const written: unknown[] = [];
  return {
    written,
    lost: false,
    signal: new AbortController().signal,
    async write(chunk) {
      written.push(chunk);
      return !this.lost;
    },
    async close() {
      written.push("closed");
    },
  };
}

/** A response as a server would have read it. */
export interface Served {
  readonly pieces: readonly unknown[];
  readonly writer: HandWriter;
}

/** Runs `app` under lint the way a server does, with an array, an iterable or a handle as body. */
export async function serve(app: PsgiApp, env: PsgiEnv = handEnv()): Promise<Served> {
  const response = await lintPsgi()(app)(env);
  const writer = handWriter();
  if (Array.isArray(response)) return { pieces: await drain(response[2] as PsgiBody), writer };
  const pieces: unknown[] = [];
  const respond = (given: readonly unknown[]): unknown => {
    if (given.length === 2) return writer;
    return drain(given[2] as PsgiBody).then((read) => void pieces.push(...read));
  };
  await (response as (respond: PsgiResponder) => unknown)(respond as PsgiResponder);
  return { pieces, writer };
}

/** Reads a body of any kind but a file to its end, and closes it. */
export async function drain(body: PsgiBody): Promise<readonly unknown[]> {
  const pieces: unknown[] = [];
  if ("getline" in body) {
    for (
      let piece = await body.getline();
      piece !== undefined && piece !== null;
      piece = await body.getline()
    ) {
      pieces.push(piece);
    }
    await body.close?.();
  } else if (!("path" in body)) {
    for await (const piece of body as AsyncIterable<unknown>) pieces.push(piece);
  }
  return pieces;
}

/** The caller gives an environment with `changes`; the call throws with `rule`. */
export function envBreaks(rule: string, title: string, changes: Readonly<Record<string, unknown>>): void {
  psgiBreaks(rule, title, () => [200, ["Content-Type", "text/plain"], []], changes);
}

/** The response of `app`, or reading it, fails with `rule`. */
export function psgiBreaks(
  rule: string,
  title: string,
  app: (env: PsgiEnv) => unknown,
  changes: Readonly<Record<string, unknown>> = {},
): void {
  test(`${rule}: ${title}`, () => quotes(rule, "PSGI", () => serve(app as PsgiApp, handEnv(changes))));
}

/** The app returns `[status, headers, body]`, which fails with `rule`. */
export function answerBreaks(rule: string, title: string, ...response: readonly unknown[]): void {
  psgiBreaks(rule, title, () => response);
}

/** What the app does with its responder fails with `rule`. */
export function delayedBreaks(
  rule: string,
  title: string,
  work: (respond: (response: unknown) => PsgiWriter) => unknown,
): void {
  psgiBreaks(rule, title, () => work as unknown as PsgiResponse);
}

/** The head of a plain answer. */
export const plain: PsgiHead = [200, ["Content-Type", "text/plain"]];

/** The rules an app broke while `work` ran, as lint reported them. */
export async function reported(
  app: PsgiApp,
  work: (checked: PsgiApp) => unknown,
): Promise<readonly string[]> {
  const violations: ContractError[] = [];
  await work(lintPsgi({ onViolation: (violation) => violations.push(violation) })(app));
  return violations.map((violation) => violation.rule);
}
