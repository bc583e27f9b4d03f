/** The suite must be able to fail: it is run on servers that break one rule each. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import type { App } from "#src/pagi/app.js";
import { CAPABILITIES, type Capability } from "#src/testing/capability.js";
import type { StartedServer, StartOptions, SuiteCase } from "#src/testing/suite-case.js";
import { serverSuite, type SuiteOptions } from "#src/testing/server-suite.js";
import { startStandalone } from "./tools/start-standalone.js";

/** Starts a server that answers every request head with fixed bytes, and closes or not. */
function answering(bytes: string, closes = true) {
  return (): Promise<StartedServer> =>
    new Promise((resolve) => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => {});
        let seen = "";
        socket.on("data", (data: Buffer) => {
          seen += data.toString("latin1");
          if (!seen.includes("\r\n\r\n")) return;
          seen = "";
          socket.write(bytes, "latin1");
          if (closes) socket.end();
        });
        socket.on("end", () => socket.end());
      });
      server.listen(0, "127.0.0.1", () => {
        const address = server.address() as { readonly port: number };
        const close = async (): Promise<void> => {
          server.close();
          for (const socket of sockets) socket.destroy();
        };
        resolve({ url: `http://127.0.0.1:${address.port}`, close });
      });
    });
}

type Start = (app: App, options: StartOptions) => Promise<StartedServer>;

function caseOf(id: string, start: Start, options: SuiteOptions = {}): SuiteCase {
  const found = serverSuite(start, options).find((suiteCase) => suiteCase.id === id);
  assert.ok(found !== undefined, `no case ${id}`);
  return found;
}

const BOTH =
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
const HELLO = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

test("a server that sends both a length and chunked fails", async () => {
  const start = answering(BOTH);
  await assert.rejects(caseOf("pagi-22", start).run(), /both Content-Length and Transfer-Encoding/);
  await assert.rejects(caseOf("wire-request-line/get", start).run(), /both Content-Length and Transfer/);
});

test("a server that answers everything fails each refusal", async () => {
  const start = answering(HELLO);
  await assert.rejects(caseOf("wire-host/twice", start).run(), /host\/twice .* status 200 OK, expected 400/);
  await assert.rejects(caseOf("wire-content-length/list", start).run(), /expected 400/);
});

test("a server that closes where it must not fails", async () => {
  await assert.rejects(caseOf("wire-connection/kept-by-default", answering(HELLO)).run(), /closed/);
});

test("a server that stays where it must close fails", async () => {
  const start = answering(HELLO.replace("Content-Length", "connection: close\r\nContent-Length"), false);
  await assert.rejects(caseOf("wire-connection/close-is-obeyed", start).run(), /waited .* to close/);
});

test("a server that answers 2xx to half a head fails when cut", async () => {
  const eager = (): Promise<StartedServer> =>
    new Promise((resolve) => {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        socket.on("error", () => {});
        let seen = "";
        socket.on("data", (data: Buffer) => {
          seen += data.toString("latin1");
          if (seen.endsWith("\r\n\r\n")) socket.write(HELLO);
        });
        socket.on("end", () => socket.end(seen === "" || seen.includes("\r\n\r\n") ? "" : HELLO));
      });
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as { readonly port: number };
        resolve({ url: `http://127.0.0.1:${port}`, close: async () => void server.close() });
      });
    });
  await assert.rejects(
    caseOf("wire-connection/keep-alive-in-1.1", eager).run(),
    /cut after [0-9]+ bytes: .*: 1 requests were answered 2xx, at most 0 were sent whole/,
  );
});

test("an app side that is changed on the way fails", async () => {
  const wrapped =
    (change: (app: App) => App): Start =>
    (app, options) =>
      startStandalone(change(app), options);
  const upper = wrapped((app) => (scope, receive, send) => {
    if (scope.type !== "http") return app(scope, receive, send);
    const headers = scope.headers.map(([name, value]) => [name.toUpperCase(), value] as const);
    return app(Object.create(scope, { headers: { value: headers } }), receive, send);
  });
  await assert.rejects(caseOf("pagi-06", upper).run());
  const silent = wrapped((app) => (scope, receive, send) => {
    const swallow = (event: Parameters<typeof send>[0]): Promise<void> => send(event).catch(() => {});
    return app(scope, receive, swallow);
  });
  await assert.rejects(caseOf("pagi-37", silent).run(), /was not refused/);
  const finishing = wrapped((app) => async (scope, receive, send) => {
    await app(scope, receive, send).catch((error) => {
      if (scope.type === "lifespan") throw error;
    });
    if (scope.type === "http") await send({ type: "http.response.body" }).catch(() => {});
  });
  await assert.rejects(caseOf("pagi-62", finishing).run());
});

test("a declared lack is told in the title, and the case may fail", async () => {
  const lacks = [{ capability: "keepAlive", reason: "one request per connection" }] as const;
  const found = caseOf("pagi-09", answering(HELLO), { lacks });
  assert.match(found.title, /\[declared lacking keepAlive: one request per connection\]/);
  assert.equal(found.lacking, "keepAlive: one request per connection");
  await found.run();
});

test("a case that passes although it is declared lacking fails", async () => {
  const lacks = [{ capability: "statusText", reason: "not true" }] as const;
  const found = caseOf("pagi-24", startStandalone, { lacks });
  await assert.rejects(found.run(), /pagi-24 passes although statusText is declared lacking/);
});

test("an unknown capability, a lack without a reason and a bad mount are refused", () => {
  const lacks = [{ capability: "magic" as "wire", reason: "none" }];
  assert.throws(() => serverSuite(startStandalone, { lacks }), /unknown capability magic; known are wire,/);
  const silent = [{ capability: "wire", reason: "" }] as const;
  assert.throws(() => serverSuite(startStandalone, { lacks: silent }), /needs a reason/);
  for (const mount of ["/", "a", "/a/", "/a b"]) {
    assert.throws(() => serverSuite(startStandalone, { mount }), /bad mount/);
  }
});

test("ids are unique, numbered without gaps, and titled", () => {
  const cases = serverSuite(startStandalone);
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
  for (const group of ["psgi", "pagi", "sse", "ws"]) {
    const found = cases.filter((one) => one.group === group);
    const numbers = found.map(({ id }) => Number(id.slice(group.length + 1)));
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      [...numbers.keys()].map((index) => index + 1),
    );
  }
});

test("every rule that a case quotes is written down, and every capability is needed by some case", () => {
  const cases = serverSuite(startStandalone);
  const ids = (name: string): Set<string> => {
    const text = readFileSync(new URL(`../../../spec/${name}.md`, import.meta.url), "utf8");
    return new Set([...text.matchAll(/^- \*\*([A-Z0-9-]+)\*\*/gm)].map(([, id = ""]) => id));
  };
  const known = { PAGI: ids("PAGI"), PSGI: ids("PSGI") };
  for (const { group, title } of cases) {
    const quoted = /\(([^()]*)\)$/.exec(title)?.[1] ?? "";
    for (const [, form, id = ""] of quoted.matchAll(/(?:(PAGI|PSGI) )?\b([A-Z]+(?:-[A-Z]+)*-[0-9]+)/g)) {
      const spec = form === "PSGI" || (form === undefined && group === "psgi") ? "PSGI" : "PAGI";
      assert.ok(known[spec].has(id), `${title} quotes ${id}`);
    }
  }
  for (const capability of Object.keys(CAPABILITIES) as Capability[]) {
    const lacks = [{ capability, reason: "a test" }];
    const found = serverSuite(startStandalone, { lacks }).some(({ lacking }) => lacking !== undefined);
    assert.ok(found, `no case needs ${capability}`);
  }
});
