/**
 * Every event, one union per direction and scope type. Types only. Rules: `spec/PAGI.md` (HTTP-*, WS-*, SSE-*, LIFE-*).
 */
import type { DisconnectReason } from "./connection.ts";
import type { Headers } from "./scope.ts";

/** A piece of the request body. A request without a body yields one empty event. */
export interface HttpRequestEvent {
  readonly type: "http.request";
  readonly body: Uint8Array;
  readonly more: boolean;
  /** On the last event, when the `requestTrailers` extension is advertised and the client sent some. */
  readonly trailers?: Headers;
}

/** The exchange is over: the response was completed or the connection was lost. */
export interface HttpDisconnectEvent {
  readonly type: "http.disconnect";
  /** `null` after a clean end. */
  readonly reason: DisconnectReason | null;
}

/** What an app receives in an http exchange. */
export type HttpReceiveEvent = HttpRequestEvent | HttpDisconnectEvent;

/** Status and headers. Leaves with the first piece of the body. */
export interface HttpResponseStart {
  readonly type: "http.response.start";
  /** 200 to 999; informational ones have their own event. */
  readonly status: number;
  readonly headers?: Headers;
  /** Promises an `http.response.trailers` event after the last piece of the body. */
  readonly trailers?: boolean;
  /** Reason phrase for HTTP/1.x; elsewhere it is ignored. */
  readonly statusText?: string;
}

/** An open file, for example a `FileHandle` of `node:fs/promises`; it stays the app's to close. */
export interface FileHandleLike {
  read(buffer: Uint8Array, offset: number, length: number, at: number | null): Promise<{ bytesRead: number }>;
}

/** A piece of the response body, given inline; a string is sent as UTF-8. */
export interface HttpInlineBody {
  readonly type: "http.response.body";
  readonly body?: Uint8Array | string | undefined;
  readonly more?: boolean | undefined;
  readonly file?: undefined;
  readonly handle?: undefined;
}

/** The whole response body, taken from a file by the server. */
export interface HttpFileBody {
  readonly type: "http.response.body";
  readonly body?: undefined;
  /** An absolute path; the server opens, streams and closes it. */
  readonly file?: string;
  /** An open file; give this or `file`. */
  readonly handle?: FileHandleLike;
  readonly offset?: number;
  /** In bytes; up to the end of the file when absent. */
  readonly length?: number;
  readonly more?: undefined;
}

/** A piece of the response body, or the whole of it from a file. */
export type HttpResponseBody = HttpInlineBody | HttpFileBody;

/** Fields after the body; only when the start promised them. */
export interface HttpResponseTrailers {
  readonly type: "http.response.trailers";
  readonly headers?: Headers;
}

/** A 1xx response before the start; only with the `earlyHints` extension. Not 100 and not 101. */
export interface HttpInformational {
  readonly type: "http.response.informational";
  readonly status: number;
  readonly headers?: Headers;
}

/** Push everything that was sent so far to the client; only with the `fullflush` extension. */
export interface HttpFullFlush {
  readonly type: "http.fullflush";
}

/** What an app sends in an http exchange. */
export type HttpSendEvent =
  | HttpResponseStart
  | HttpResponseBody
  | HttpResponseTrailers
  | HttpInformational
  | HttpFullFlush;

/** The client asks for a session; answered by accepting or refusing it. */
export interface WebSocketConnectEvent {
  readonly type: "websocket.connect";
}

/** One message; exactly one of `text` and `bytes` is set. */
export interface WebSocketReceiveMessage {
  readonly type: "websocket.receive";
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** The session is over, with the close code and reason of RFC 6455 §7.4. */
export interface WebSocketDisconnectEvent {
  readonly type: "websocket.disconnect";
  readonly code: number;
  readonly reason: string;
}

/** What an app receives in a WebSocket session. */
export type WebSocketReceiveEvent =
  | WebSocketConnectEvent
  | WebSocketReceiveMessage
  | WebSocketDisconnectEvent;

/** Completes the handshake. */
export interface WebSocketAccept {
  readonly type: "websocket.accept";
  readonly subprotocol?: string;
  readonly headers?: Headers;
}

/** One message; exactly one of `text` and `bytes` is set. */
export interface WebSocketSend {
  readonly type: "websocket.send";
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** Ends the session. */
export interface WebSocketClose {
  readonly type: "websocket.close";
  /** 1000 when absent. */
  readonly code?: number;
  readonly reason?: string;
}

/** Protocol pings every `interval` seconds (0 stops); the last event wins. */
export interface WebSocketKeepalive {
  readonly type: "websocket.keepalive";
  readonly interval: number;
  /** Seconds to wait for a pong before the session ends with `keepalive_timeout`. */
  readonly timeout?: number;
}

/** Before `websocket.accept` the http response events refuse the handshake. */
export type WebSocketSendEvent =
  | WebSocketAccept
  | WebSocketSend
  | WebSocketClose
  | WebSocketKeepalive
  | HttpSendEvent;

/** A piece of the request body. */
export interface SseRequestEvent {
  readonly type: "sse.request";
  readonly body: Uint8Array;
  readonly more: boolean;
}

/** The stream is over; `null` after a clean end. */
export interface SseDisconnectEvent {
  readonly type: "sse.disconnect";
  readonly reason: DisconnectReason | null;
}

/** What an app receives in an event stream. */
export type SseReceiveEvent = SseRequestEvent | SseDisconnectEvent;

/** Begins the stream. */
export interface SseStart {
  readonly type: "sse.start";
  /** 200 when absent. */
  readonly status?: number;
  readonly headers?: Headers;
}

/** One event of the stream. */
export interface SseSend {
  readonly type: "sse.send";
  readonly data: string;
  readonly event?: string;
  readonly id?: string;
  /** Milliseconds the client should wait before it reconnects. */
  readonly retry?: number;
}

/** A line the client ignores. */
export interface SseComment {
  readonly type: "sse.comment";
  readonly comment: string;
}

/** A comment every `interval` seconds (0 stops); the last event wins. */
export interface SseKeepalive {
  readonly type: "sse.keepalive";
  readonly interval: number;
  readonly comment?: string;
}

/** Ends the stream. */
export interface SseClose {
  readonly type: "sse.close";
  /** For logs; never on the wire. */
  readonly reason?: string;
}

/** Before `sse.start` the http response events answer instead of a stream. */
export type SseSendEvent = SseStart | SseSend | SseComment | SseKeepalive | SseClose | HttpSendEvent;

/** Prepare; requests come after the answer. */
export interface LifespanStartupEvent {
  readonly type: "lifespan.startup";
}

/** Clean up; the last request has been answered. */
export interface LifespanShutdownEvent {
  readonly type: "lifespan.shutdown";
}

/** What an app receives in its lifespan. */
export type LifespanReceiveEvent = LifespanStartupEvent | LifespanShutdownEvent;

/** The step succeeded. */
export interface LifespanComplete {
  readonly type: "lifespan.startup.complete" | "lifespan.shutdown.complete";
}

/** The step failed; a failed startup ends the process. */
export interface LifespanFailed {
  readonly type: "lifespan.startup.failed" | "lifespan.shutdown.failed";
  readonly message?: string;
}

/** What an app sends in its lifespan. */
export type LifespanSendEvent = LifespanComplete | LifespanFailed;

/** Every event an app may receive. */
export type ReceiveEvent = HttpReceiveEvent | WebSocketReceiveEvent | SseReceiveEvent | LifespanReceiveEvent;

/** Every event an app may send. */
export type SendEvent = HttpSendEvent | WebSocketSendEvent | SseSendEvent | LifespanSendEvent;
