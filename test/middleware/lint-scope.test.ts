/** Callers that give a wrong scope. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContractError } from "#src/http/errors.js";
import type { Scope } from "#src/pagi/scope.js";
import { callerGives, callLinted } from "../support/lint.js";
import { handConnection, httpScope, webSocketScope } from "../support/scope.js";

const scope = httpScope;

/** A scope the way a fast server makes it: everything lives on the prototype. */
class LazyScope {
  get type(): string {
    return "http";
  }
  get pagi(): unknown {
    return { version: "0.5" };
  }
  get connection(): unknown {
    return handConnection();
  }
}

callerGives("SCOPE-1", "a scope is an object", "http");
callerGives("SCOPE-1", "a scope has a known type", scope({ type: "ftp" }));
callerGives("SCOPE-2", "a scope names its edition", scope({ pagi: {} }));
callerGives("SCOPE-3", "specVersion is a string", scope({ pagi: { version: "0.5", specVersion: 0.6 } }));
callerGives("SCOPE-4", "httpVersion is known", scope({ httpVersion: "HTTP/1.1" }));
callerGives("SCOPE-5", "a method is a token", scope({ method: "GET /" }));
callerGives("SCOPE-5", "a websocket scope has no method", webSocketScope({ method: "GET" }));
callerGives("SCOPE-6", "an http scope has an http scheme", scope({ scheme: "ws" }));
callerGives("SCOPE-6", "a websocket scope has a websocket scheme", webSocketScope({ scheme: "http" }));
callerGives("SCOPE-7", "client is a pair", scope({ client: "127.0.0.1" }));
callerGives("SCOPE-7", "client is left out, not null", scope({ client: null }));
callerGives("SCOPE-8", "server is a pair", scope({ server: ["/run/app.sock"] }));
callerGives("SCOPE-10", "extensions is an object", scope({ extensions: ["fullflush"] }));
callerGives("SCOPE-11", "there is a connection", scope({ connection: undefined }));
callerGives("SCOPE-13", "subprotocols is an array", webSocketScope({ subprotocols: "chat" }));
callerGives("SCOPE-14", "maxFrameSize is a count", webSocketScope({ maxFrameSize: 0 }));
callerGives("SCOPE-16", "a scope that was spread has lost its lazy properties", {
  ...new LazyScope(),
  type: "http",
  pagi: { version: "0.5" },
});
callerGives("SCOPE-4", "a class of scopes lacks a key by itself", new LazyScope());
callerGives("PATH-3", "rawPath has no query", scope({ rawPath: "/a?b" }));
callerGives("PATH-4", "path begins with a slash", scope({ path: "a" }));
callerGives("PATH-4", "only OPTIONS has the path *", scope({ path: "*", rawPath: "*" }));
callerGives("PATH-5", "rootPath does not end with a slash", scope({ rootPath: "/app/" }));
callerGives("PATH-5", "rootPath begins with a slash", scope({ rootPath: "app" }));
callerGives("PATH-12", "the root has the path /", scope({ path: "" }));
callerGives("PATH-8", "queryString is a string", scope({ queryString: null }));
callerGives("HEAD-1", "request headers are pairs", scope({ headers: [["host"]] }));
callerGives("HEAD-2", "request header names are lower case", scope({ headers: [["Host", "a"]] }));
callerGives("HEAD-4", "request header values are clean", scope({ headers: [["host", "a\r"]] }));
callerGives(
  "HEAD-7",
  "cookies are joined",
  scope({
    headers: [
      ["cookie", "a=1"],
      ["cookie", "b=2"],
    ],
  }),
);
callerGives("HEAD-8", "pseudo-fields are left out", scope({ headers: [[":authority", "a"]] }));
callerGives(
  "HEAD-13",
  "framing is not ambiguous",
  scope({
    headers: [
      ["content-length", "1"],
      ["transfer-encoding", "chunked"],
    ],
  }),
);
callerGives(
  "CONN-2",
  "a connection has abort",
  scope({ connection: { ...handConnection(), abort: undefined } }),
);
callerGives(
  "CONN-2",
  "isConnected is a boolean",
  scope({ connection: { ...handConnection(), isConnected: 1 } }),
);
callerGives(
  "CONN-2",
  "disconnectDetail is null or text",
  scope({ connection: { ...handConnection(), disconnectDetail: undefined } }),
);
callerGives(
  "CONN-4",
  "an open connection has no reason",
  scope({ connection: { ...handConnection(), disconnectReason: "client_closed" } }),
);
callerGives(
  "CONN-4",
  "a reason is a known token",
  scope({ connection: { ...handConnection(), isConnected: false, disconnectReason: "gone" } }),
);
callerGives(
  "TRANS-2",
  "a mark is a number",
  scope({ transport: { bufferedAmount: 0, highWaterMark: null, lowWaterMark: 0 } }),
);
callerGives(
  "TRANS-2",
  "the low mark is low",
  scope({ transport: { bufferedAmount: 0, highWaterMark: 1, lowWaterMark: 2 } }),
);
callerGives("EXT-1", "an extension is an object", scope({ extensions: { fullflush: true } }));
callerGives("EXT-1", "logger is a function", scope({ extensions: { logger: {} } }));
callerGives("EXT-1", "io can take", scope({ extensions: { io: {} } }));
callerGives("EXT-PRIO-1", "an urgency is in range", scope({ extensions: { priority: { urgency: 8 } } }));
callerGives("EXT-TLS-1", "tls has all its members", scope({ extensions: { tls: { serverCert: null } } }));

test("SCOPE-16: the message says what to use instead of spreading", async () => {
  const spread = { ...new LazyScope(), type: "http", pagi: { version: "0.5" } };
  const { result } = callLinted(async () => undefined, { scope: spread as unknown as Scope });
  await assert.rejects(result, (error: ContractError) => error.message.includes("use derive("));
});

test("a lazy connection is not woken", async () => {
  const connection = handConnection();
  let woken = 0;
  for (const name of ["signal", "closed"]) {
    Object.defineProperty(connection, name, { get: () => void (woken += 1) });
  }
  const { result } = callLinted(
    async (_scope, _receive, send) => {
      await send({ type: "http.response.start", status: 200 });
      await send({ type: "http.response.body" });
    },
    { scope: httpScope({ connection }) },
  );
  await result;
  assert.equal(woken, 0);
});
