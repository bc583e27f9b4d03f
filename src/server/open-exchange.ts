/** Which kind of exchange a request asks for, and the scope that goes with it. */
import { EventStreamExchange, sseScope } from "../exchange/event-stream-exchange.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { HttpExchange } from "../exchange/http-exchange.ts";
import { WebSocketExchange } from "../exchange/websocket-exchange.ts";
import type { ResponseWire } from "../exchange/wire.ts";
import { ProtocolError } from "../http/errors.ts";
import { readHandshake } from "../http/websocket.ts";
import type { ExchangeScope } from "../pagi/scope.ts";
import type { HeadRecord } from "../protocol/http1/head-record.ts";
import { readFields } from "../protocol/http1/read-fields.ts";
import { hasBody } from "../protocol/http1/request-reader.ts";
import type { Http2Head } from "../protocol/http2/request-head.ts";
import { Http1Scope } from "./http1-scope.ts";
import { Http2Scope } from "./http2/scope.ts";
import type { ScopeSource } from "./server-scope.ts";
import type { ServerContext } from "./server-context.ts";

/**
 * Makes the exchange for the head of an HTTP/1 request. Throws a `ProtocolError` for a broken WebSocket handshake.
 *
 * @example
 * const exchange = openExchange(record, text, output, context);
 * context.run(exchange, openScope(record, text, source, exchange), settled);
 */
export function openExchange(
  record: HeadRecord,
  text: string,
  wire: ResponseWire,
  context: ServerContext,
): Exchange {
  const http = new HttpExchange(wire, context, record.isHead, hasBody(record));
  if (asksForSession(record, text)) {
    const headers = readFields(text, record.fieldsStart, record.hasOddFields);
    return new WebSocketExchange(http, wire, readHandshake(headers, true), context.sessions);
  }
  return record.wantsEvents ? new EventStreamExchange(http, wire, record.isHead) : http;
}

/**
 * RFC 6455 §4.2.1. What lacks one of these asks for something else, or wrongly, and is answered as any request
 * (RFC 9110 §7.8); with a body it must not be mistaken for the new protocol.
 */
function asksForSession(record: HeadRecord, text: string): boolean {
  if (!record.namesWebSocket || !record.wantsUpgrade || record.minor === 0) return false;
  return text.startsWith("GET ") && !hasBody(record);
}

/** Makes the scope of that exchange. Throws a `ProtocolError` for a target of a form that is not served. */
export function openScope(
  record: HeadRecord,
  text: string,
  source: ScopeSource,
  exchange: Exchange,
): ExchangeScope {
  const scope = new Http1Scope(record, text, source, exchange);
  if (exchange instanceof WebSocketExchange) return exchange.scopeOf(scope);
  return record.wantsEvents ? sseScope(scope) : scope;
}

/**
 * Makes the exchange for the head of an HTTP/2 request; `hasBody` unless its stream has ended with the head. Throws a
 * `ProtocolError` for a broken WebSocket handshake (RFC 8441 §5); one whose stream has ended cannot carry a session.
 */
export function openStreamExchange(
  head: Http2Head,
  hasBody: boolean,
  wire: ResponseWire,
  context: ServerContext,
): Exchange {
  const http = new HttpExchange(wire, context, head.isHead, hasBody && !head.isHandshake);
  if (head.isHandshake) {
    if (!hasBody) throw new ProtocolError(400, "a handshake must not end its stream", "RFC 8441 §5");
    return new WebSocketExchange(http, wire, readHandshake(head.fields(), false), context.sessions);
  }
  return head.wantsEvents ? new EventStreamExchange(http, wire, head.isHead) : http;
}

/** Makes the scope of that exchange. */
export function openStreamScope(head: Http2Head, source: ScopeSource, exchange: Exchange): ExchangeScope {
  const scope = new Http2Scope(head, source, exchange);
  if (exchange instanceof WebSocketExchange) return exchange.scopeOf(scope);
  return head.wantsEvents ? sseScope(scope) : scope;
}
