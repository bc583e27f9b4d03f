/** What a WebSocket app may send, checked before anything changes (WS-3 to WS-12). Each throws a `ContractError`. */
import { ContractError, isTackError } from "../http/errors.ts";
import { isCloseCode } from "../http/websocket.ts";
import type {
  WebSocketAccept,
  WebSocketClose,
  WebSocketKeepalive,
  WebSocketSend,
  WebSocketSendEvent,
} from "../pagi/event.ts";
import type { Headers } from "../pagi/scope.ts";
import { byteLength } from "./bytes.ts";
import { inspectFields } from "./field-facts.ts";

const MAX_REASON_BYTES = 123;

/** HEAD-9, and what speaks of a body: there is none (RFC 9110 §8.6). */
const NOT_IN_ACCEPT = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "upgrade",
]);

/** Checks an acceptance and gives the fields it adds to the handshake. */
export function checkAccept(event: WebSocketAccept, offered: readonly string[]): Headers {
  const { subprotocol, headers = [] } = event;
  if (subprotocol !== undefined && !offered.includes(subprotocol)) {
    throw new ContractError("WS-4", `the client did not offer subprotocol ${JSON.stringify(subprotocol)}`);
  }
  inspectFields(headers);
  for (const [name] of headers) {
    if (NOT_IN_ACCEPT.has(name) || name.startsWith("sec-websocket-")) {
      throw new ContractError("WS-5", `${name} is the server's in a handshake`);
    }
  }
  return subprotocol === undefined ? headers : [["sec-websocket-protocol", subprotocol], ...headers];
}

/** Checks a message and gives what it carries. */
export function checkMessage({ text, bytes }: WebSocketSend): string | Uint8Array {
  if ((text === undefined) === (bytes === undefined)) {
    throw new ContractError("WS-7", "websocket.send has exactly one of text and bytes");
  }
  if (bytes instanceof Uint8Array) return bytes;
  if (typeof text === "string") return text;
  throw new ContractError("WS-7", "text must be a string and bytes a Uint8Array");
}

/** Checks the end of a session. */
export function checkClose(event: WebSocketClose): { readonly code: number; readonly reason: string } {
  const { code = 1000, reason = "" } = event;
  if (!isCloseCode(code)) throw new ContractError("WS-8", `no peer may send close code ${String(code)}`);
  if (typeof reason !== "string" || byteLength(reason) > MAX_REASON_BYTES) {
    throw new ContractError("WS-8", `a close reason is a string of at most ${MAX_REASON_BYTES} bytes`);
  }
  return { code, reason };
}

/** Checks the rhythm of pings. */
export function checkKeepalive({ interval, timeout }: WebSocketKeepalive): void {
  if (!Number.isFinite(interval) || interval < 0) {
    throw new ContractError("WS-11", `interval must be seconds from 0 up, not ${String(interval)}`);
  }
  if (timeout !== undefined && !(Number.isFinite(timeout) && timeout > 0)) {
    throw new ContractError("WS-11", `timeout must be seconds above 0, not ${String(timeout)}`);
  }
}

/** Checks what answers a handshake otherwise: a response, and no success (WS-3, WS-12). */
export function checkRefusal(event: WebSocketSendEvent, hasStarted: boolean): void {
  const type = String(event?.type);
  const isLate = type === "http.response.body" || type === "http.response.trailers";
  if (type.startsWith("websocket.") || (isLate && !hasStarted)) {
    throw new ContractError("WS-3", `${type} came ${hasStarted ? "in a refusal" : "before an answer"}`);
  }
  if (event.type === "http.response.start" && event.status < 300) {
    throw new ContractError("WS-12", `a WebSocket is not refused with status ${String(event.status)}`);
  }
}

/** What an app threw in place of an answer; a success is a mistake here and no acceptance (WS-12). */
export function refusalOf(error: unknown): unknown {
  const isSuccess = isTackError(error) && error.code === "HTTP" && (error.status ?? 0) < 300;
  return isSuccess ? new Error("a WebSocket was to be refused with a success", { cause: error }) : error;
}

/** Why an event may not follow an acceptance. */
export function misplaced(type: unknown): ContractError {
  const name = String(type);
  if (name === "websocket.accept") return new ContractError("WS-4", "websocket.accept was sent before");
  if (name === "http.fullflush") return new ContractError("EXT-FLUSH-1", `${name} follows websocket.accept`);
  if (name === "http.response.informational")
    return new ContractError("EXT-HINT-1", `${name} follows websocket.accept`);
  if (name.startsWith("http.response."))
    return new ContractError("WS-10", `${name} follows websocket.accept`);
  return new ContractError("APP-13", `a websocket scope knows no event of type ${name}`);
}
