/** A request as the events of all gateways tell it. */
import type { ClientAddress, Headers, ServerAddress } from "../../pagi/scope.ts";

/**
 * Which fields a gateway wants in an answer: payload 1.0 of API Gateway, payload 2.0 (HTTP APIs and function URLs),
 * load balancers with and without multi-value headers.
 */
export type AnswerShape = "payload-1" | "payload-2" | "alb" | "alb-multi";

/** A request as an event tells it. */
export interface EventRequest {
  readonly shape: AnswerShape;
  readonly method: string;
  readonly httpVersion: "1.0" | "1.1" | "2";
  readonly scheme: "http" | "https";
  /** The whole path, escapes and all. */
  readonly rawPath: string;
  /** The prefix that the event itself names: a stage or a mapping of a domain. */
  readonly rootPath: string;
  readonly path: string;
  readonly queryString: string;
  readonly headers: Headers;
  readonly client: ClientAddress | undefined;
  readonly server: ServerAddress | undefined;
  /** `undefined` when the event has none. */
  readonly body: Uint8Array | undefined;
}

/** Any JSON object. */
export type Fields = Readonly<Record<string, unknown>>;
