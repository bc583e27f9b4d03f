import assert from "node:assert/strict";
import { test } from "node:test";
import { httpsRedirect } from "#src/app/https-redirect.js";
import { reply } from "#src/compose/reply.js";
import { when } from "#src/compose/when.js";
import { wrap } from "#src/compose/wrap.js";
import { createClient, createLiveClient } from "#src/testing/index.js";
import { serve } from "#src/server/server.js";
import { local } from "../support/certificates.js";

const host = (value: string) => ({ headers: [["host", value]] }) as const;

test("GET and HEAD are sent on by 301, what has a body by 308, path and query untouched", async () => {
  const client = createClient(httpsRedirect());
  for (const [method, status] of [
    ["GET", 301],
    ["HEAD", 301],
    ["POST", 308],
    ["PUT", 308],
    ["OPTIONS", 308],
  ] as const) {
    const response = await client.request({ method, path: "/a%20b//c?d=%20&e", ...host("Example.com:80") });
    assert.equal(response.status, status, method);
    assert.equal(response.header("location"), "https://example.com/a%20b//c?d=%20&e");
    assert.equal(response.text(), "");
  }
});

test("the port is said when it is not the usual one, whatever port the client used", async () => {
  const client = createClient(httpsRedirect({ port: 8443 }));
  for (const [from, to] of [
    ["a.test", "a.test:8443"],
    ["[::1]:8080", "[::1]:8443"],
  ] as const) {
    const response = await client.request({ path: "/", ...host(from) });
    assert.equal(response.header("location"), `https://${to}/`);
  }
});

test("a host that is not ours is no place to send anybody", async () => {
  const client = createClient(httpsRedirect({ hosts: ["Example.com", "*.example.com"] }));
  for (const name of ["example.com", "www.example.com:80", "EXAMPLE.COM"]) {
    assert.equal((await client.request(host(name))).status, 301, name);
  }
  for (const name of ["evil.test", "a.b.example.com", "example.com.evil.test", "badexample.com"]) {
    const response = await client.request(host(name));
    assert.equal(response.status, 421, name);
    assert.equal(response.header("location"), undefined);
  }
});

test("without a usable host or path there is nowhere to send a client", async () => {
  const client = createClient(httpsRedirect());
  for (const name of ["", "a.test:99999"]) {
    assert.equal((await client.request(host(name))).status, 400, name);
  }
  assert.equal((await client.request({ method: "OPTIONS", path: "*", ...host("a.test") })).status, 400);
});

test("wrong options are refused when it is made", () => {
  assert.throws(() => httpsRedirect({ port: 0 }), /port must be from 1 to 65535, got 0/);
  assert.throws(() => httpsRedirect({ hosts: ["a.test:80"] }), /"a\.test:80" is no host name/);
  assert.throws(() => httpsRedirect({ hosts: ["https://a.test"] }), /is no host name/);
  assert.throws(() => httpsRedirect({ host: "a" } as never), /unknown option "host"/);
});

test("one server on both ports sends what comes in clear text to the other", async (t) => {
  const isClear = ({ scheme }: { readonly scheme: string }): boolean => scheme === "http" || scheme === "ws";
  const app = wrap(
    reply(200, {}, "secret"),
    when(isClear, () => httpsRedirect({ hosts: ["127.0.0.1"] })),
  );
  const running = await serve(app, {
    listen: ["http://127.0.0.1:0", "https://127.0.0.1:0"],
    tls: { cert: local.cert, key: local.key },
  });
  t.after(() => running.close({ graceMs: 0 }));
  const [clear, secure] = running.addresses.map(({ url }) => createLiveClient(url));
  t.after(() => Promise.all([clear!.close(), secure!.close()]));
  const sent = await clear!.request({ path: "/x?y" });
  assert.equal(sent.status, 301);
  assert.equal(sent.header("location"), "https://127.0.0.1/x?y");
  assert.equal((await secure!.request({ path: "/x?y" })).text(), "secret");
});
