import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { connect, type ClientHttp2Session } from "node:http2";
import { httpApp, okApp } from "../server-tools.js";
import { secured, shaken } from "../tls-tools.js";
import { ask } from "./http2-tools.js";

async function secureSession(context: TestContext, url: string): Promise<ClientHttp2Session> {
  const client = connect(url, { rejectUnauthorized: false });
  context.after(() => client.destroy());
  await new Promise((resolve) => client.once("connect", resolve));
  return client;
}

test("HTTP/2 is spoken where ALPN has agreed on it", async (context) => {
  const seen: unknown[] = [];
  const running = await secured(
    httpApp(async (scope, receive, send) => {
      if (scope.type === "http") seen.push(scope.httpVersion, scope.scheme, scope.extensions.tls?.tlsVersion);
      await okApp(scope, receive, send);
    }),
  );
  const client = await secureSession(context, running.url);
  assert.equal(client.alpnProtocol, "h2");
  assert.equal((await ask(client, { ":path": "/" })).text, "ok");
  assert.deepEqual(seen, ["2", "https", 0x0304]);
});

test("a client that wants HTTP/1.1 gets it, also with HTTP/2 switched off", async () => {
  const both = await secured(okApp);
  assert.equal((await shaken(both, { ALPNProtocols: ["http/1.1"] })).alpnProtocol, "http/1.1");
  assert.equal((await shaken(both, { ALPNProtocols: ["h2", "http/1.1"] })).alpnProtocol, "h2");
  const one = await secured(okApp, {}, { http2: false });
  assert.equal((await shaken(one, { ALPNProtocols: ["h2", "http/1.1"] })).alpnProtocol, "http/1.1");
});

test("a client that begins with HTTP/2 over TLS without having agreed is understood", async (context) => {
  const running = await secured(okApp);
  const socket = await shaken(running, {});
  const client = connect(running.url, { createConnection: () => socket });
  context.after(() => client.destroy());
  assert.equal((await ask(client, { ":path": "/" })).text, "ok");
});

test("a large body goes both ways over TLS", async (context) => {
  const running = await secured(
    httpApp(async (_scope, receive, send) => {
      await send({ type: "http.response.start", status: 200 });
      for (let more = true; more;) {
        const event = await receive();
        if (event.type !== "http.request") return;
        ({ more } = event);
        await send({ type: "http.response.body", body: event.body, more });
      }
    }),
  );
  const client = await secureSession(context, running.url);
  const body = "0123456789".repeat(300_000);
  assert.equal((await ask(client, { ":method": "POST" }, body)).text, body);
});
