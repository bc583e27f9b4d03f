/** Notices that an app takes the connection of its exchange: then nothing is sent, and it is no failure. */
import { derive } from "../../compose/derive.ts";
import { getHeader } from "../../http/headers.ts";
import { watchedIo } from "../../http/watched-io.ts";
import type { ExchangeScope } from "../../pagi/scope.ts";

/** The scope for the app, with `taken` told. Only requests that ask for an upgrade pay for it. */
export function watchTake(scope: ExchangeScope, taken: () => void): ExchangeScope {
  if (getHeader(scope.headers, "upgrade") === undefined) return scope;
  const { io } = scope.extensions;
  if (io === undefined) return scope;
  return derive<ExchangeScope>(scope, { extensions: { ...scope.extensions, io: watchedIo(io, taken) } });
}
