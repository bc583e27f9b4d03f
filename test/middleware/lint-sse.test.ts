/** Apps and callers that break a rule of an event stream. */
import { appReturns, appSends, callerDelivers } from "../support/lint.js";
import { sseScope } from "../support/scope.js";

const start = { type: "sse.start" };
const message = { type: "sse.send", data: "hi" };
const close = { type: "sse.close" };
const refusal = { type: "http.response.start", status: 204 };
const piece = { type: "sse.request", body: new Uint8Array(), more: false };
const stream = sseScope;

appSends("SSE-3", "a stream begins with a start", [message], stream());
appSends("SSE-3", "a close before the start is refused", [close], stream());
appSends("SSE-3", "another answer begins with a start", [{ type: "http.response.body" }], stream());
appSends("SSE-3", "another answer is not turned into a stream", [refusal, start], stream());
appSends("SSE-4", "a stream starts once", [start, start], stream());
appSends("SSE-4", "a stream has a status with a body", [{ ...start, status: 204 }], stream());
appSends("SSE-4", "a stream has no length", [{ ...start, headers: [["content-length", "5"]] }], stream());
appSends("SSE-6", "data is a string", [start, { type: "sse.send", data: { a: 1 } }], stream());
appSends("SSE-6", "an event name is one line", [start, { ...message, event: "a\nb" }], stream());
appSends("SSE-6", "an id has no NUL", [start, { ...message, id: "a\0b" }], stream());
appSends("SSE-6", "retry is a count", [start, { ...message, retry: 1.5 }], stream());
appSends("SSE-8", "a comment is a string", [start, { type: "sse.comment" }], stream());
appSends("SSE-9", "a keepalive has an interval", [start, { type: "sse.keepalive", interval: "5" }], stream());
appSends(
  "SSE-9",
  "a keepalive comment is a string",
  [start, { type: "sse.keepalive", interval: 5, comment: 1 }],
  stream(),
);
appSends("SSE-10", "no message follows a close", [start, close, message], stream());
appSends("SSE-11", "a started stream is not answered otherwise", [start, refusal], stream());
appSends(
  "HEAD-2",
  "a stream's header names are lower case",
  [{ ...start, headers: [["X-A", "1"]] }],
  stream(),
);
appSends(
  "HTTP-21",
  "nothing follows another answer",
  [refusal, { type: "http.response.body" }, refusal],
  stream(),
);
appSends("APP-13", "an unknown stream event is refused", [start, { type: "sse.pause" }], stream());
appSends("APP-13", "a close reason is a string", [start, { ...close, reason: 5 }], stream());
appSends(
  "EXT-2",
  "a stream is flushed only where that is offered",
  [start, { type: "http.fullflush" }],
  stream(),
);
appSends(
  "EXT-HINT-1",
  "early hints come before a stream",
  [start, { type: "http.response.informational", status: 103 }],
  stream({ extensions: { earlyHints: {} } }),
);

appReturns("SSE-12", "a stream is closed", [start, message], { scope: stream() });
appReturns("SSE-16", "a stream is started or answered", [], { scope: stream() });
appReturns("HTTP-24", "another answer is finished", [{ ...refusal, status: 200 }], { scope: stream() });

callerDelivers("SSE-2", "a piece has bytes", [{ ...piece, body: "x" }], { scope: stream() });
callerDelivers("SSE-2", "a piece says whether more follows", [{ ...piece, more: 0 }], { scope: stream() });
callerDelivers("SSE-2", "no piece follows the last one", [piece, piece], { scope: stream() });
callerDelivers("SSE-15", "a disconnect has a reason", [{ type: "sse.disconnect" }], { scope: stream() });
callerDelivers("APP-14", "a stream has no connect event", [{ type: "http.request" }], { scope: stream() });
callerDelivers("EXT-TRAIL-1", "a stream has no trailers", [{ ...piece, trailers: [] }], {
  scope: stream({ extensions: { requestTrailers: {} } }),
});
