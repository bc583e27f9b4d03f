/** Notices that an app takes the connection of its exchange: then nothing is sent, and it is no failure. */
import { derive } from "../../compose/derive.ts";
import { getHeader } from "../../http/headers.ts";
import type { IoExtension } from "../../pagi/extension.ts";
import type { ExchangeScope } from "../../pagi/scope.ts";

/** The scope for the app, with `taken` told. Only requests that ask for an upgrade pay for it. */
export function watchTake(scope: ExchangeScope, taken: () => void): ExchangeScope {
  if (getHeader(scope.headers, "upgrade") === undefined) return scope;
  const { io } = scope.extensions;
  if (io === undefined) return scope;
  const take: IoExtension["take"] = () => {
    const connection = io.take();
    taken();
    return connection;
  };
  return derive<ExchangeScope>(scope, { extensions: { ...scope.extensions, io: { take } } });
}
