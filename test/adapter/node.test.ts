/** `fromNode` with plain request listeners over real sockets: what they can rely on as on node:http. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { fromNode } from "#src/adapter/node.js";
import { mount } from "#src/compose/mount.js";
import { UsageError } from "#src/http/errors.js";
import { hosted, standstill } from "../support/hosted.js";

test("anything but a function is refused", () => {
  assert.throws(() => fromNode({} as never), UsageError);
});

test("a listener gets genuine node objects with the request's facts", async (context) => {
  const client = await hosted(
    context,
    fromNode((request, response) => {
      assert.ok(request instanceof IncomingMessage && response instanceof ServerResponse);
      const { method, url, httpVersion, headers, rawHeaders, socket, complete } = request;
      const host = headers.host !== undefined;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify([
          method,
          url,
          httpVersion,
          host,
          rawHeaders.length % 2,
          socket.remoteAddress,
          complete,
        ]),
      );
    }),
  );
  const response = await client.request({ path: "/a%20b?c=%20&d" });
  assert.deepEqual(JSON.parse(response.text()), ["GET", "/a%20b?c=%20&d", "1.1", true, 0, "127.0.0.1", true]);
});

test("repeated request fields are joined by node's own rules", async (context) => {
  const client = await hosted(
    context,
    fromNode((request, response) => {
      const { headers } = request;
      response.end(JSON.stringify([headers["x-a"], headers.cookie, headers["user-agent"], headers["x-b"]]));
    }),
  );
  const headers = [
    ["x-a", "1"],
    ["cookie", "a=1"],
    ["user-agent", "one"],
    ["x-a", "2"],
    ["cookie", "b=2"],
    ["user-agent", "two"],
  ] as const;
  const response = await client.request({ headers });
  assert.equal(response.text(), JSON.stringify(["1, 2", "a=1; b=2", "one", undefined]));
});

test("below a mount url is what is left, beside originalUrl and baseUrl", async (context) => {
  const app = fromNode((request, response) => {
    const { url, originalUrl, baseUrl } = request as IncomingMessage & Record<string, unknown>;
    response.end([url, originalUrl, baseUrl].join(" "));
  });
  const client = await hosted(context, mount({ "/a b": app, "/": app }));
  assert.equal((await client.request({ path: "/a%20b/c%2fd?e" })).text(), "/c%2fd?e /a%20b/c%2fd?e /a%20b");
  assert.equal((await client.request({ path: "/a%20b?e" })).text(), "/?e /a%20b?e /a%20b");
  assert.equal((await client.request({ path: "/c" })).text(), "/c  ");
});

test("a listener may swap the prototypes, as Express does", async (context) => {
  const client = await hosted(
    context,
    fromNode((request, response) => {
      Object.setPrototypeOf(request, Object.create(IncomingMessage.prototype) as object);
      Object.setPrototypeOf(response, Object.create(ServerResponse.prototype) as object);
      request.pipe(response);
    }),
  );
  assert.equal((await client.request({ method: "POST", body: "there and back" })).text(), "there and back");
});

test("Set-Cookie and other repeated fields stay apart, however they are set", async (context) => {
  const ways: Record<string, (response: ServerResponse) => void> = {
    "/set": (response) => response.setHeader("Set-Cookie", ["a=1", "b=2"]),
    "/append": (response) => response.appendHeader("Set-Cookie", "a=1").appendHeader("Set-Cookie", "b=2"),
    "/object": (response) => response.writeHead(200, { "Set-Cookie": ["a=1", "b=2"] }),
    "/raw": (response) => response.writeHead(200, ["Set-Cookie", "a=1", "Set-Cookie", "b=2"]),
  };
  const client = await hosted(
    context,
    fromNode((request, response) => {
      ways[request.url!]!(response);
      response.end();
    }),
  );
  for (const path of Object.keys(ways)) {
    const { headers } = await client.request({ path });
    const cookies = headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
    assert.deepEqual(cookies, ["a=1", "b=2"], path);
  }
});

test("the framing is the server's whatever the listener says", async (context) => {
  const client = await hosted(
    context,
    fromNode((_, response) => {
      response.writeHead(200, {
        "Content-Length": 2,
        "Transfer-Encoding": "chunked",
        "Keep-Alive": "timeout=9",
      });
      response.end("ok");
    }),
  );
  const response = await client.request();
  const framing = ["content-length", "transfer-encoding", "keep-alive"].map((name) => response.header(name));
  assert.deepEqual([response.text(), ...framing], ["ok", "2", undefined, undefined]);
});

test("connection: close of the listener closes", async (context) => {
  const client = await hosted(
    context,
    fromNode((_, response) => void response.setHeader("Connection", "close").end("x")),
  );
  assert.equal((await client.request()).header("connection"), "close");
});

test("a reason phrase of one's own and a Latin-1 value are kept", async (context) => {
  const client = await hosted(
    context,
    fromNode((_, response) => void response.writeHead(299, "Well Done", { "x-a": "\xe9" }).end()),
  );
  const exchange = client.open();
  const head = await exchange.head();
  assert.deepEqual([head.status, head.statusText], [299, "Well Done"]);
  assert.ok(head.headers.some(([name, value]) => name === "x-a" && value === "\xe9"));
});

for (const status of [204, 205, 304]) {
  test(`a ${status} goes out without a body, also when one was written`, async (context) => {
    const client = await hosted(
      context,
      fromNode((_, response) => {
        response.writeHead(status, status === 304 ? {} : { "Content-Length": "3" });
        response.end("abc");
      }),
    );
    const response = await client.request();
    assert.deepEqual([response.status, response.complete, response.text()], [status, true, ""]);
  });
}

test("HEAD is answered with the head alone", async (context) => {
  const client = await hosted(
    context,
    fromNode((_, response) => {
      response.setHeader("Content-Length", 5);
      response.write("hel");
      response.end("lo");
    }),
  );
  const response = await client.request({ method: "HEAD" });
  assert.deepEqual([response.status, response.header("content-length"), response.text()], [200, "5", ""]);
});

test("early hints and processing leave before the head, and never in the body", async (context) => {
  const client = await hosted(
    context,
    fromNode((_, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: "</a.css>; rel=preload", "x-trace": "1" }, () => response.end("body"));
    }),
  );
  const exchange = client.open();
  assert.equal((await exchange.response()).text(), "body");
  assert.deepEqual(
    exchange.informational.map(({ status, headers }) => [status, ...headers]),
    [[102], [103, ["link", "</a.css>; rel=preload"], ["x-trace", "1"]]],
  );
});

test("the body is asked for with 100 Continue when the listener reads it", async (context) => {
  const client = await hosted(
    context,
    fromNode((request, response) => void request.pipe(response)),
  );
  const response = await client.request({
    method: "POST",
    headers: [["expect", "100-continue"]],
    body: "now",
  });
  assert.equal(response.text(), "now");
});

test("trailers go both ways", async (context) => {
  const client = await hosted(
    context,
    fromNode(async (request, response) => {
      response.writeHead(200, { Trailer: "X-Sum" });
      await pipeline(request, response, { end: false });
      response.addTrailers({ "X-Sum": String(request.trailers["x-count"]) });
      response.end();
    }),
  );
  const body = Readable.from(["a", "b"]);
  const exchange = client.open({ method: "POST", body, trailers: [["x-count", "2"]] });
  assert.equal((await exchange.response()).text(), "ab");
  assert.deepEqual(exchange.trailers, [["x-sum", "2"]]);
});

test("a response streams while the listener runs, and flushHeaders sends the head alone", async (context) => {
  let go: ((text: string) => void) | undefined;
  const client = await hosted(
    context,
    fromNode((_, response) => {
      response.flushHeaders();
      go = (text) => (text === "" ? response.end() : response.write(text));
    }),
  );
  const exchange = client.open();
  assert.equal((await exchange.head()).status, 200);
  for (const text of ["one", "two"]) {
    go!(text);
    assert.equal(Buffer.from((await exchange.read())!).toString(), text);
  }
  go!("");
  assert.equal(await exchange.read(), undefined);
  assert.equal(exchange.complete, true);
});

test("write returns false and drain comes: a stalled reader paces the listener", async (context) => {
  let written = 0;
  const client = await hosted(
    context,
    fromNode(async (_, response) => {
      const chunk = Buffer.alloc(65_536);
      while (written < 2000 && !response.destroyed) {
        written++;
        if (response.write(chunk)) continue;
        assert.equal(response.writableNeedDrain, true);
        await once(response, "drain");
        assert.equal(response.writableNeedDrain, false);
      }
      response.end();
    }),
  );
  const exchange = client.open();
  await exchange.head();
  assert.ok((await standstill(() => written)) < 400, `${written} chunks taken with nobody reading`);
  let received = 0;
  for (let piece = await exchange.read(); piece !== undefined; piece = await exchange.read()) {
    received += piece.byteLength;
  }
  assert.deepEqual([exchange.complete, received], [true, 2000 * 65_536]);
});

test("texts are sent in the encoding they were written with", async (context) => {
  const client = await hosted(
    context,
    fromNode((_, response) => {
      response.write("caf\xe9 ", "latin1");
      response.write("636166c3a9", "hex");
      response.end(" caf\xe9");
    }),
  );
  const { body } = await client.request();
  assert.equal(Buffer.from(body).toString("latin1"), "caf\xe9 caf\xc3\xa9 caf\xc3\xa9");
});

test("200 kB of request body left unread do not disturb the next request", async (context) => {
  const client = await hosted(
    context,
    fromNode((_, response) => void response.end("ok")),
  );
  const connection = await client.connect();
  const body = "x".repeat(200_000);
  void connection.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  assert.equal((await connection.responses.head("POST")).status, 200);
  while ((await connection.responses.read()) !== undefined);
  void connection.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal((await connection.responses.head("GET")).status, 200);
});
