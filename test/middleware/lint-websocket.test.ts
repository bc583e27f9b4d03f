/** Apps and callers that break a rule of a WebSocket session. */
import { appReturns, appSends, callerDelivers } from "../support/lint.js";
import { handConnection, httpScope, webSocketScope } from "../support/scope.js";

const accept = { type: "websocket.accept" };
const message = { type: "websocket.send", text: "hi" };
const close = { type: "websocket.close" };
const refusal = { type: "http.response.start", status: 403 };
const connect = { type: "websocket.connect" };
const incoming = { type: "websocket.receive", text: "hi" };
const socket = webSocketScope;

appSends("WS-3", "nothing is sent before accept", [message], socket());
appSends("WS-3", "a close before accept is refused", [close], socket());
appSends("WS-3", "a refusal begins with a start", [{ type: "http.response.body" }], socket());
appSends("WS-3", "a refusal is not turned into a session", [refusal, accept], socket());
appSends("WS-4", "a session is accepted once", [accept, accept], socket());
appSends("WS-4", "a subprotocol was offered", [{ ...accept, subprotocol: "news" }], socket());
appSends(
  "WS-5",
  "the handshake's fields are the server's",
  [{ ...accept, headers: [["sec-websocket-accept", "x"]] }],
  socket(),
);
appSends(
  "WS-5",
  "connection fields are the server's",
  [{ ...accept, headers: [["upgrade", "x"]] }],
  socket(),
);
appSends("WS-7", "a message is text or bytes", [accept, { type: "websocket.send" }], socket());
appSends("WS-7", "a message is not both", [accept, { ...message, bytes: new Uint8Array(1) }], socket());
appSends("WS-7", "text is a string", [accept, { type: "websocket.send", text: 5 }], socket());
appSends("WS-7", "bytes are a Uint8Array", [accept, { type: "websocket.send", bytes: [5] }], socket());
appSends("WS-8", "1006 never goes over the wire", [accept, { ...close, code: 1006 }], socket());
appSends("WS-8", "a close code is below 5000", [accept, { ...close, code: 5000 }], socket());
appSends(
  "WS-8",
  "a close reason fits a control frame",
  [accept, { ...close, reason: "\u00E4".repeat(62) }],
  socket(),
);
appSends("WS-9", "nothing follows a close", [accept, close, message], socket());
appSends("WS-9", "a session is closed once", [accept, close, close], socket());
appSends("WS-10", "an accepted session is not refused", [accept, refusal], socket());
appSends("WS-11", "a keepalive has an interval", [accept, { type: "websocket.keepalive" }], socket());
appSends(
  "WS-11",
  "an interval is not negative",
  [accept, { type: "websocket.keepalive", interval: -1 }],
  socket(),
);
appSends(
  "WS-11",
  "a keepalive timeout is above 0",
  [accept, { type: "websocket.keepalive", interval: 5, timeout: 0 }],
  socket(),
);
appSends("WS-12", "a refusal is no success", [{ ...refusal, status: 200 }], socket());
appSends(
  "HTTP-21",
  "nothing follows a refusal",
  [refusal, { type: "http.response.body" }, refusal],
  socket(),
);
appSends("APP-13", "an unknown session event is refused", [accept, { type: "websocket.pause" }], socket());
appSends(
  "APP-13",
  "a stream event is refused in a session",
  [accept, { type: "sse.send", data: "" }],
  socket(),
);
appSends(
  "EXT-FLUSH-1",
  "a session is not flushed",
  [accept, { type: "http.fullflush" }],
  socket({ extensions: { fullflush: {} } }),
);

appReturns("WS-15", "an accepted session is closed", [accept, message], { scope: socket() });
appReturns("WS-19", "a handshake is answered", [], { scope: socket() });
appReturns("HTTP-24", "a refusal is finished", [refusal], { scope: socket() });

callerDelivers("WS-2", "the first event is connect", [incoming], { scope: socket(), sends: [accept] });
callerDelivers("WS-2", "connect comes once", [connect, connect], { scope: socket() });
callerDelivers("WS-6", "no message comes before accept", [connect, incoming], { scope: socket() });
callerDelivers("WS-6", "a message that came is text or bytes", [connect, { type: "websocket.receive" }], {
  scope: socket(),
  sends: [accept],
});
callerDelivers("WS-14", "a disconnect has a code", [{ type: "websocket.disconnect", reason: "" }], {
  scope: socket(),
});
callerDelivers("APP-14", "an http piece is no session event", [{ type: "http.request" }], {
  scope: socket(),
});
callerDelivers("APP-16", "a session ends with its own event", [{ type: "http.disconnect", reason: null }], {
  scope: socket(),
});
callerDelivers(
  "CONN-17",
  "a disconnect has the reason of the connection",
  [{ type: "websocket.disconnect", code: 1006, reason: "bye" }],
  {
    scope: socket({
      connection: { ...handConnection(), isConnected: false, disconnectReason: "idle_timeout" },
    }),
  },
);
callerDelivers("APP-16", "an http request does not end as a session", [{ type: "websocket.disconnect" }], {
  scope: httpScope(),
});
