/** The receiving side of http and sse scopes: body pieces, then one disconnect event that repeats. */
import { checkReason, isReason } from "./connection.ts";
import { checkRepeated } from "./conversation.ts";
import { pagiFault, shown } from "./fault.ts";
import { checkHeaders } from "./headers.ts";
import { isBytes, type Unknowns } from "./value.ts";

const RULES = {
  http: { piece: "HTTP-1", order: "HTTP-2", end: "HTTP-4" },
  sse: { piece: "SSE-2", order: "SSE-2", end: "SSE-15" },
} as const;

/** Throws unless the facts of the connection changed before its disconnect event and agree with it. */
export function checkDisconnected(connection: Unknowns, reason: unknown): void {
  if (connection["isConnected"] === true) {
    throw pagiFault("CONN-13", "a disconnect event came while scope.connection.isConnected is true");
  }
  checkReason(connection);
  const known = connection["disconnectReason"];
  if (known !== reason) {
    throw pagiFault(
      "CONN-17",
      `the disconnect event has reason ${shown(reason)}, the connection ${shown(known)}`,
    );
  }
}

/** Follows the events an http or sse scope gives to its app. */
export class Arrival {
  readonly #scope: Unknowns;
  readonly #kind: "http" | "sse";
  #whole = false;
  #end: Unknowns | undefined;

  constructor(scope: Unknowns) {
    this.#scope = scope;
    this.#kind = scope["type"] as "http" | "sse";
  }

  /** True once the disconnect event was delivered. */
  get gone(): boolean {
    return this.#end !== undefined;
  }

  /** Takes note of one event. Throws a `ContractError` when it may not come now or is malformed. */
  received(event: Unknowns): void {
    if (this.#end !== undefined) return checkRepeated(this.#end, event);
    if (event["type"] === `${this.#kind}.request`) return this.#piece(event);
    if (event["type"] === `${this.#kind}.disconnect`) return this.#disconnect(event);
    const type = String(event["type"]);
    const rule = type.endsWith(".disconnect") ? "APP-16" : "APP-14";
    throw pagiFault(rule, `receive gave ${shown(type)} on a scope of type ${this.#kind}`);
  }

  #piece(event: Unknowns): void {
    const { piece, order } = RULES[this.#kind];
    const { type, body, more, trailers } = event;
    if (this.#whole) throw pagiFault(order, `receive gave ${shown(type)} after the last piece`);
    if (!isBytes(body)) throw pagiFault(piece, `receive gave ${shown(type)} with body ${shown(body)}`);
    if (typeof more !== "boolean")
      throw pagiFault(piece, `receive gave ${shown(type)} with more ${shown(more)}`);
    this.#whole = !more;
    if (trailers !== undefined) this.#trailers(trailers, more);
  }

  #trailers(trailers: unknown, more: boolean): void {
    const offered = "requestTrailers" in (this.#scope["extensions"] as Unknowns);
    if (more || !offered || this.#kind !== "http") {
      throw pagiFault(
        "EXT-TRAIL-1",
        `receive gave trailers ${more ? "before the last piece" : "that were not offered"}`,
      );
    }
    checkHeaders("request trailers", trailers);
  }

  #disconnect(event: Unknowns): void {
    const { type, reason } = event;
    if (reason !== null && !isReason(reason)) {
      throw pagiFault(RULES[this.#kind].end, `receive gave ${shown(type)} with reason ${shown(reason)}`);
    }
    checkDisconnected(this.#scope["connection"] as Unknowns, reason);
    this.#end = event;
  }
}
