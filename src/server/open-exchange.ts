/** Which kind of exchange a request asks for, and the scope that goes with it. */
import { EventStreamExchange, sseScope } from "../exchange/event-stream-exchange.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { HttpExchange } from "../exchange/http-exchange.ts";
import type { ResponseWire } from "../exchange/wire.ts";
import type { ExchangeScope } from "../pagi/scope.ts";
import type { HeadRecord } from "../protocol/http1/head-record.ts";
import { hasBody } from "../protocol/http1/request-reader.ts";
import { Http1Scope } from "./http1-scope.ts";
import type { ScopeSource } from "./server-scope.ts";
import type { ServerContext } from "./server-context.ts";

/**
 * Makes the exchange for the head of an HTTP/1 request.
 *
 * @example
 * const exchange = openExchange(record, output, context);
 * context.run(exchange, openScope(record, text, source, exchange), settled);
 */
export function openExchange(record: HeadRecord, wire: ResponseWire, context: ServerContext): Exchange {
  const http = new HttpExchange(wire, context, record.isHead, hasBody(record));
  return record.wantsEvents ? new EventStreamExchange(http, wire, record.isHead) : http;
}

/** Makes the scope of that exchange. Throws a `ProtocolError` for a target of a form that is not served. */
export function openScope(
  record: HeadRecord,
  text: string,
  source: ScopeSource,
  exchange: Exchange,
): ExchangeScope {
  const scope = new Http1Scope(record, text, source, exchange);
  return record.wantsEvents ? sseScope(scope) : scope;
}
