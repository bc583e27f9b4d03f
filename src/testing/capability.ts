/** What a server may lack, declared by name with the reason. */
import { UsageError } from "../http/errors.ts";

/** The name of an ability. */
export type Capability =
  | "wire"
  | "http1"
  | "http1Only"
  | "keepAlive"
  | "http10"
  | "halfClose"
  | "requestTrailers"
  | "responseTrailers"
  | "earlyHints"
  | "fullflush"
  | "lifespan"
  | "state"
  | "transport"
  | "backpressure"
  | "disconnect"
  | "abort"
  | "files"
  | "nonUtf8Path"
  | "statusText"
  | "clientAddress"
  | "io"
  | "limits"
  | "cleanup"
  | "tls"
  | "authorization"
  | "webSocket";

/** Every ability that some case needs and an honest server may lack, with what it is. */
export const CAPABILITIES: Readonly<Record<Capability, string>> = {
  wire: "speaks HTTP/1.1 itself, so that raw bytes reach it unchanged",
  http1: "is spoken to in HTTP/1, whose text and connections are what the case is about",
  http1Only: "takes the preface of HTTP/2 for a broken request",
  keepAlive: "serves several requests on a connection",
  http10: "serves HTTP/1.0 clients as such",
  halfClose: "answers a client that has closed its sending side",
  requestTrailers: "hands request trailers to the app",
  responseTrailers: "sends fields after the body",
  earlyHints: "sends interim responses",
  fullflush: "flushes on demand",
  lifespan: "runs the lifespan protocol",
  state: "shares lifespan state with requests",
  transport: "measures its outgoing queue",
  backpressure: "holds `send` back while the client does not read",
  disconnect: "notices that the client has gone",
  abort: "can cut one exchange",
  files: "sends files from disk",
  nonUtf8Path: "passes paths that are not UTF-8 on as bytes",
  statusText: "sends the reason phrase of the app",
  clientAddress: "knows the address of the client",
  io: "hands the raw connection over",
  limits: "takes the limits that a case asks for",
  cleanup: "runs psgix.cleanup handlers",
  tls: "speaks TLS with the certificates that a case brings, and tells apps of it",
  authorization: "passes the Authorization field on",
  webSocket: "serves WebSocket sessions",
};

/** An ability that a server lacks, and why. */
export interface Lack {
  readonly capability: Capability;
  readonly reason: string;
}

/** The capability of that name. Throws a `UsageError` that lists the known ones. */
export function capabilityNamed(name: string): Capability {
  if (Object.hasOwn(CAPABILITIES, name)) return name as Capability;
  throw new UsageError(`unknown capability ${name}; known are ${Object.keys(CAPABILITIES).join(", ")}`);
}
