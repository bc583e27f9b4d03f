/** The rules of one WebSocket session in both directions (WS-*). */
import { checkDisconnected } from "./arrival.ts";
import { checkRepeated, type Conversation } from "./conversation.ts";
import { pagiFault, shown } from "./fault.ts";
import { checkAcceptHeaders, checkHeaders } from "./headers.ts";
import { checkWhole } from "./http.ts";
import { advanceResponse, IDLE, type ResponseState } from "./response.ts";
import { byteCount, isBetween, isBytes, isCount, isSeconds, type Unknowns } from "./value.ts";

interface SessionState {
  readonly phase: "idle" | "refusing" | "open" | "closed";
  /** The response that refuses the session. */
  readonly response: ResponseState;
}

const BEGINNING: SessionState = { phase: "idle", response: IDLE };
const OPEN: SessionState = { phase: "open", response: IDLE };
const CLOSED: SessionState = { phase: "closed", response: IDLE };

function advance(state: SessionState, event: Unknowns, scope: Unknowns): SessionState {
  const type = String(event["type"]);
  if (state.phase === "closed") throw pagiFault("WS-9", `${shown(type)} follows websocket.close`);
  if (state.phase === "open") return advanceOpen(state, event);
  if (type === "websocket.accept" && state.phase === "idle") return accept(event, scope);
  return refuse(state, event, scope);
}

function accept(event: Unknowns, scope: Unknowns): SessionState {
  const { subprotocol, headers = [] } = event;
  const offered = scope["subprotocols"] as readonly unknown[];
  if (subprotocol !== undefined && !offered.includes(subprotocol)) {
    throw pagiFault("WS-4", `websocket.accept has subprotocol ${shown(subprotocol)}, which was not offered`);
  }
  checkHeaders("websocket.accept headers", headers);
  checkAcceptHeaders("websocket.accept headers", headers);
  return OPEN;
}

function refuse(state: SessionState, event: Unknowns, scope: Unknowns): SessionState {
  const type = String(event["type"]);
  const early = type === "http.response.body" || type === "http.response.trailers";
  if (type.startsWith("websocket.") || (early && state.phase === "idle")) {
    throw pagiFault(
      "WS-3",
      `${shown(type)} came ${state.phase === "idle" ? "before websocket.accept" : "in a refusal"}`,
    );
  }
  const response = advanceResponse(state.response, event, scope);
  if (response.phase === "started" && response.status < 300) {
    throw pagiFault("WS-12", `a WebSocket is refused with status ${response.status}`);
  }
  return { phase: response.phase === "idle" ? "idle" : "refusing", response };
}

function advanceOpen(state: SessionState, event: Unknowns): SessionState {
  const type = String(event["type"]);
  if (type === "websocket.accept") throw pagiFault("WS-4", "websocket.accept was sent again");
  if (type === "http.fullflush") throw pagiFault("EXT-FLUSH-1", "http.fullflush follows websocket.accept");
  if (type.startsWith("http.response.")) throw pagiFault("WS-10", `${shown(type)} follows websocket.accept`);
  if (type === "websocket.send") checkMessage("WS-7", "websocket.send", event);
  else if (type === "websocket.keepalive") checkKeepalive(event);
  else if (type === "websocket.close") checkClose(event);
  else throw pagiFault("APP-13", `the app sent ${shown(type)} on a scope of type websocket`);
  return type === "websocket.close" ? CLOSED : state;
}

function checkMessage(rule: "WS-6" | "WS-7", type: string, { text, bytes }: Unknowns): void {
  if ((text === undefined) === (bytes === undefined)) {
    throw pagiFault(rule, `${type} has ${text === undefined ? "neither text nor bytes" : "text and bytes"}`);
  }
  if (text !== undefined && typeof text !== "string")
    throw pagiFault(rule, `${type} has text ${shown(text)}`);
  if (bytes !== undefined && !isBytes(bytes)) throw pagiFault(rule, `${type} has bytes ${shown(bytes)}`);
}

function checkKeepalive({ interval, timeout }: Unknowns): void {
  if (!isSeconds(interval)) throw pagiFault("WS-11", `websocket.keepalive has interval ${shown(interval)}`);
  if (timeout !== undefined && (!isSeconds(timeout) || timeout === 0)) {
    throw pagiFault("WS-11", `websocket.keepalive has timeout ${shown(timeout)}`);
  }
}

function checkClose({ code = 1000, reason = "" }: Unknowns): void {
  const allowed = isBetween(code, 1000, 1003) || isBetween(code, 1007, 1014) || isBetween(code, 3000, 4999);
  if (!allowed) throw pagiFault("WS-8", `websocket.close has code ${shown(code)}`);
  if (typeof reason !== "string" || byteCount(reason) > 123) {
    throw pagiFault("WS-8", `websocket.close has reason ${shown(reason)}`);
  }
}

/** One WebSocket session as lint sees it. */
export class WebSocketConversation implements Conversation {
  readonly #scope: Unknowns;
  #state = BEGINNING;
  #before = BEGINNING;
  #connected = false;
  #end: Unknowns | undefined;

  constructor(scope: Unknowns) {
    this.#scope = scope;
  }

  get started(): boolean {
    return this.#state.phase !== "idle";
  }

  get gone(): boolean {
    return this.#end !== undefined;
  }

  sent(event: Unknowns): void {
    const next = advance(this.#state, event, this.#scope);
    this.#before = this.#state;
    this.#state = next;
  }

  takeBack(): void {
    this.#state = this.#before;
  }

  received(event: Unknowns): void {
    const type = String(event["type"]);
    if (this.#end !== undefined) return checkRepeated(this.#end, event);
    if (type === "websocket.disconnect") return this.#disconnect(event);
    if (type === "websocket.connect" || type === "websocket.receive") return this.#arrived(type, event);
    const rule = type.endsWith(".disconnect") ? "APP-16" : "APP-14";
    throw pagiFault(rule, `receive gave ${shown(type)} on a scope of type websocket`);
  }

  #arrived(type: string, event: Unknowns): void {
    if ((type === "websocket.connect") === this.#connected) {
      throw pagiFault("WS-2", `receive gave ${type} ${this.#connected ? "again" : "first"}`);
    }
    this.#connected = true;
    if (type === "websocket.connect") return;
    if (this.#state.phase === "idle" || this.#state.phase === "refusing") {
      throw pagiFault("WS-6", "receive gave websocket.receive before the app accepted");
    }
    checkMessage("WS-6", type, event);
  }

  #disconnect(event: Unknowns): void {
    const { code, reason } = event;
    if (!isCount(code) || typeof reason !== "string") {
      throw pagiFault("WS-14", `websocket.disconnect has code ${shown(code)} and reason ${shown(reason)}`);
    }
    const connection = this.#scope["connection"] as Unknowns;
    // A peer's own close text is no token, and such an end is clean.
    checkDisconnected(connection, connection["disconnectReason"] === null ? null : reason);
    this.#end = event;
  }

  finished(): void {
    const { phase, response } = this.#state;
    if (phase === "idle") throw pagiFault("WS-19", "the app returned and neither accepted nor refused");
    if (phase === "open") throw pagiFault("WS-15", "the app returned while its session was open");
    if (phase === "refusing") checkWhole(response);
  }
}
