/** What a pair of adapters may lose between a message app and its like, declared by name with the reason. */
import { UsageError } from "../http/errors.ts";

/** The name of something that can be lost. */
export type Loss =
  | "rawPath"
  | "asteriskTarget"
  | "methods"
  | "getBody"
  | "httpVersion"
  | "requestFieldOrder"
  | "responseFieldOrder"
  | "reasonPhrase"
  | "highStatus"
  | "requestTrailers"
  | "responseTrailers"
  | "informational"
  | "fullflush"
  | "files"
  | "idleDisconnect"
  | "abortBeforeHead"
  | "eventStream"
  | "webSocket"
  | "lifespan"
  | "state"
  | "logger";

/** Everything that some case looks for and an honest pair may lose, with what it is. */
export const LOSSES: Readonly<Record<Loss, string>> = {
  rawPath: "the path as it was sent, dot segments and all",
  asteriskTarget: "`OPTIONS *`",
  methods: "CONNECT and TRACE",
  getBody: "the body of a GET",
  httpVersion: "the version of HTTP",
  requestFieldOrder: "the order of request fields, and repeated ones kept apart",
  responseFieldOrder: "the order of response fields, and repeated ones kept apart",
  reasonPhrase: "the reason phrase",
  highStatus: "statuses above 599",
  requestTrailers: "fields after a request body",
  responseTrailers: "fields after a response body",
  informational: "interim responses",
  fullflush: "flushing on demand",
  files: "files, named or open, that the server sends",
  idleDisconnect: "a client that leaves while nothing is read or written",
  abortBeforeHead: "an abort before the head that leaves no response",
  eventStream: "that a client asked for an event stream",
  webSocket: "WebSocket sessions",
  lifespan: "startup and shutdown at the server's word",
  state: "what startup left in the state",
  logger: "the server's log",
};

/** Losses with their reasons. Throws a `UsageError` for an unknown one and for one without a reason. */
export function readLosses(loses: Readonly<Partial<Record<Loss, string>>>): ReadonlyMap<Loss, string> {
  return new Map(
    Object.entries(loses).map(([name, reason]) => {
      if (!Object.hasOwn(LOSSES, name)) {
        throw new UsageError(`unknown loss ${name}; known are ${Object.keys(LOSSES).join(", ")}`);
      }
      if (reason === "") throw new UsageError(`the loss of ${name} needs a reason`);
      return [name as Loss, reason];
    }),
  );
}
