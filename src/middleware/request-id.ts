/** Gives each request a name that logs, apps and clients can share. */
import { derive } from "../compose/derive.ts";
import { editHead } from "../compose/edit-head.ts";
import { guard } from "../compose/guard.ts";
import { checkOptions } from "../http/check-options.ts";
import { getHeader } from "../http/headers.ts";
import type { Middleware } from "../pagi/app.ts";
import type { ExchangeScope } from "../pagi/scope.ts";

declare module "../pagi/scope.ts" {
  interface ScopeAdditions {
    /** Set by `requestId`. */
    readonly requestId?: string;
  }
}

/** Options of {@link requestId}. */
export interface RequestIdOptions {
  /** Name of the header, in requests and answers. @default "x-request-id" */
  readonly header?: string;
  /** Whether an id the client sent is taken over, for all requests or some. @default false */
  readonly isTrusted?: boolean | ((scope: ExchangeScope) => boolean);
  /** What an id must look like to be taken over. @default 8 to 128 letters, digits and `._~+/=-` */
  readonly pattern?: RegExp;
  /** Makes an id. @default crypto.randomUUID */
  readonly generate?: () => string;
}

/**
 * Puts an id on the scope as `requestId` and on the head of every answer: responses, event streams,
 * accepted WebSockets. It is made here, unless the client is trusted and sent one that fits the
 * pattern: an id goes into logs, and whoever can choose it can confuse their reader.
 *
 * @example
 * export default wrap(app, requestId({ isTrusted: (scope) => scope.client?.[0] === "10.0.0.1" }));
 */
export function requestId(options: RequestIdOptions = {}): Middleware {
  const { header = "x-request-id", isTrusted = false, pattern = PATTERN, generate = randomId } = options;
  checkOptions("requestId", options, KINDS);
  const trusts = typeof isTrusted === "function" ? isTrusted : () => isTrusted;
  const choose = (scope: ExchangeScope): string => {
    const id = trusts(scope) ? getHeader(scope.headers, header) : undefined;
    return id !== undefined && id.search(pattern) !== -1 ? id : generate();
  };
  return (app) => {
    const named = editHead(app, (head, scope) => head.set(header, scope.requestId ?? ""));
    return guard(named, (scope) => derive(scope, { requestId: choose(scope) }));
  };
}

const PATTERN = /^[\w.~+/=-]{8,128}$/;
const KINDS = {
  header: "string",
  isTrusted: ["boolean", "function"],
  pattern: "object",
  generate: "function",
} as const;
const randomId = (): string => crypto.randomUUID();
