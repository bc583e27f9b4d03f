/** How a hosted listener's exchange ends: cleanly, by a lost client, by the listener's own hand, by an error. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream/promises";
import { test } from "node:test";
import { fromNode } from "#src/adapter/node.js";
import { hosted, standstill, until } from "../support/hosted.js";

/** Notes the endings that request and response speak of, in their order. */
function watch(request: IncomingMessage, response: ServerResponse): string[] {
  const seen: string[] = [];
  for (const name of ["aborted", "end", "close"]) request.on(name, () => seen.push(`request ${name}`));
  for (const name of ["prefinish", "finish", "close"]) response.on(name, () => seen.push(`response ${name}`));
  response.socket!.on("close", () => seen.push("socket close"));
  return seen;
}

function errors(log: readonly string[]): string[] {
  return log.filter((line) => line.startsWith("error")).map((line) => line.split("\n")[0]!);
}

test("after a whole response all of finish, end and close come, and nothing is aborted", async (context) => {
  let seen: string[] = [];
  let kept: readonly [IncomingMessage, ServerResponse] | undefined;
  const client = await hosted(
    context,
    fromNode((request, response) => {
      seen = watch(request, response);
      kept = [request, response];
      response.end("x");
    }),
  );
  for (const request of [{}, { method: "POST", body: "unread" }]) {
    assert.equal((await client.request(request)).text(), "x");
    await until(() => seen.includes("request close") && seen.includes("response close"));
    assert.deepEqual(seen.slice(0, 2), ["response prefinish", "response finish"]);
    assert.ok(seen.includes("request end") && seen.includes("socket close"));
    assert.ok(!seen.includes("request aborted"));
    const [, response] = kept!;
    const { writableFinished, writableEnded, headersSent, destroyed, socket } = response;
    assert.deepEqual(
      [writableFinished, writableEnded, headersSent, destroyed, socket],
      [true, true, true, true, null],
    );
  }
});

test("a request body that is read whole ends before the response and is not aborted", async (context) => {
  let seen: string[] = [];
  const client = await hosted(
    context,
    fromNode(async (request, response) => {
      seen = watch(request, response);
      let size = 0;
      for await (const piece of request) size += (piece as Buffer).length;
      assert.equal(request.complete, true);
      response.end(String(size));
    }),
  );
  assert.equal((await client.request({ method: "POST", body: "x".repeat(300_000) })).text(), "300000");
  await until(() => seen.includes("response close"));
  assert.equal(seen[0], "request end");
  assert.ok(!seen.includes("request aborted"));
});

test("a client that leaves an idle response closes both, and the request is aborted", async (context) => {
  let seen: string[] = [];
  const client = await hosted(
    context,
    fromNode((request, response) => {
      seen = watch(request, response);
      response.flushHeaders();
    }),
  );
  const exchange = client.open();
  await exchange.head();
  exchange.disconnect();
  await until(() => seen.includes("response close") && seen.includes("request close"));
  assert.ok(seen.includes("request aborted") && seen.includes("socket close"));
  assert.ok(!seen.includes("response finish"));
  assert.deepEqual(errors(client.log), []);
});

test("a client that leaves after its body was read closes the response", async (context) => {
  let seen: string[] = [];
  const client = await hosted(
    context,
    fromNode(async (request, response) => {
      request.resume();
      await finished(request);
      seen = watch(request, response);
      response.write("so far");
    }),
  );
  const exchange = client.open({ method: "POST", body: "all of it" });
  await exchange.head();
  exchange.disconnect();
  await until(() => seen.includes("response close"));
});

test("a client that leaves in the middle of its body is an error for who reads it", async (context) => {
  let code: unknown;
  const client = await hosted(
    context,
    fromNode((request) => {
      request.on("error", (error: NodeJS.ErrnoException) => (code = error.code));
      request.resume();
    }),
  );
  const connection = await client.connect();
  await connection.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nfour");
  connection.destroy();
  await until(() => code !== undefined);
  assert.equal(code, "ECONNRESET");
});

test("writing on after the client has left harms nothing", async (context) => {
  let writes = 0;
  let failures = 0;
  const client = await hosted(
    context,
    fromNode((_, response) => {
      response.write("first");
      const timer = setInterval(() => {
        writes++;
        response.write("more", (error) => void (failures += error ? 1 : 0));
        if (!response.destroyed) return;
        if (writes > 50) clearInterval(timer);
        response.end("end");
      }, 1);
      context.after(() => clearInterval(timer));
    }),
  );
  const exchange = client.open();
  await exchange.read();
  exchange.disconnect();
  await until(() => failures > 5);
  assert.deepEqual(errors(client.log), []);
});

for (const [what, destroy] of Object.entries({
  "res.destroy()": (_: IncomingMessage, response: ServerResponse) => response.destroy(),
  "res.destroy(error)": (_: IncomingMessage, response: ServerResponse) => response.destroy(new Error("why")),
  "req.destroy()": (request: IncomingMessage) => request.destroy(),
  "res.socket.destroy()": (_: IncomingMessage, response: ServerResponse) => response.socket!.destroy(),
  "req.socket.end()": (request: IncomingMessage) => request.socket.end(),
})) {
  test(`${what} in the middle leaves an incomplete response, and close comes`, async (context) => {
    let closed = 0;
    const client = await hosted(
      context,
      fromNode((request, response) => {
        response.on("close", () => closed++);
        response.write("so far", () => setImmediate(() => destroy(request, response)));
      }),
    );
    // With a body that is still under way, so that the request can be destroyed too.
    const connection = await client.connect();
    await connection.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nfour");
    assert.equal((await connection.responses.head("POST")).status, 200);
    await connection.ended;
    assert.equal(connection.responses.complete, false);
    await until(() => closed === 1);
  });
}

for (const [what, fail] of Object.entries({
  throws: () => {
    throw new Error("on purpose");
  },
  rejects: async () => Promise.reject(new Error("on purpose")),
  "rejects without an error": async () => Promise.reject(undefined as unknown as Error),
})) {
  test(`a listener that ${what} before the head is a 500 and a line in the log`, async (context) => {
    let closed = 0;
    const client = await hosted(
      context,
      fromNode((_, response) => {
        response.on("close", () => closed++);
        response.setHeader("x-secret", "1");
        return fail();
      }),
    );
    const response = await client.request();
    assert.deepEqual([response.status, response.header("x-secret")], [500, undefined]);
    assert.equal(errors(client.log).length, 1);
    await until(() => closed === 1);
  });
}

test("a listener that rejects in the middle leaves an incomplete response", async (context) => {
  const client = await hosted(
    context,
    fromNode(async (_, response) => {
      await new Promise<void>((resolve) => response.write("so far", () => resolve()));
      throw new Error("too late");
    }),
  );
  const response = await client.request();
  assert.deepEqual([response.status, response.complete], [200, false]);
  assert.match(errors(client.log)[0]!, /incomplete response: Error: too late/);
});

test("a listener that fails after its response is only logged", async (context) => {
  const client = await hosted(
    context,
    fromNode(async (_, response) => {
      await new Promise<void>((resolve) => response.end("done", () => resolve()));
      throw new Error("afterwards");
    }),
  );
  assert.equal((await client.request()).text(), "done");
  await until(() => errors(client.log).length > 0);
  assert.match(errors(client.log)[0]!, /afterwards/);
});

test("a body longer than its Content-Length is cut and logged, not sent", async (context) => {
  const client = await hosted(
    context,
    fromNode((_, response) => {
      response.writeHead(200, { "Content-Length": 4 });
      response.write("four");
      setImmediate(() => response.end("and more"));
    }),
  );
  const response = await client.request();
  assert.ok(!response.text().includes("more"));
  await until(() => errors(client.log).some((line) => line.includes("HTTP-22")));
});

test("a timeout nobody listens to destroys the exchange; one with a listener does not", async (context) => {
  const client = await hosted(
    context,
    fromNode((request, response) => {
      response.flushHeaders();
      if (request.url === "/heard") response.setTimeout(10, () => response.end("late"));
      else request.setTimeout(10);
    }),
  );
  assert.equal((await client.request({ path: "/heard" })).text(), "late");
  assert.equal((await client.request({ path: "/" })).complete, false);
});

test("raw bytes on the socket are refused, an interim response written by hand is sent", async (context) => {
  const client = await hosted(
    context,
    fromNode((request, response) => {
      if (request.url === "/raw") return void response.socket!.write("HTTP/1.1 200 OK\r\n\r\n");
      response.socket!.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
      return void response.end("x");
    }),
  );
  const exchange = client.open();
  assert.equal((await exchange.response()).text(), "x");
  assert.deepEqual(exchange.informational, [{ status: 103, headers: [["link", "</a>"]] }]);
  const connection = await client.connect();
  void connection.write("GET /raw HTTP/1.1\r\nHost: a\r\n\r\n");
  await connection.ended;
});

test("a thousand clients that leave leave nothing running", async (context) => {
  let open = 0;
  const client = await hosted(
    context,
    fromNode((_, response) => {
      open++;
      response.on("close", () => open--);
      response.write("x");
    }),
  );
  for (let round = 0; round < 20; round++) {
    const exchanges = Array.from({ length: 50 }, () => client.open());
    await Promise.all(exchanges.map((exchange) => exchange.head()));
    for (const exchange of exchanges) exchange.disconnect();
  }
  await until(() => open === 0);
  assert.equal(await standstill(() => open), 0);
});
