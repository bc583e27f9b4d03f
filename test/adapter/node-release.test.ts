/** What is left of a request and a response after their end is what a server of node leaves, heard by somebody or not. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { finished } from "node:stream/promises";
import { test, type TestContext } from "node:test";
import { fromNode } from "#src/adapter/node.js";
import type { NodeListener } from "#src/adapter/node-http/hosted-exchange.js";
import { hosted, until } from "../support/hosted.js";

interface Pair {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What anybody can see of a pair. */
function stateOf({ request, response }: Pair): object {
  const { complete, destroyed, closed, readable, readableEnded, readableFlowing, aborted, errored } = request;
  return {
    request: { complete, destroyed, closed, readable, readableEnded, readableFlowing, aborted, errored },
    response: {
      destroyed: response.destroyed,
      closed: response.closed,
      writableEnded: response.writableEnded,
      writableFinished: response.writableFinished,
    },
  };
}

async function onNode(context: TestContext, listener: NodeListener): Promise<void> {
  const server = createServer(listener as never).listen(0, "127.0.0.1");
  context.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "x");
}

async function onTack(context: TestContext, listener: NodeListener): Promise<void> {
  const client = await hosted(context, fromNode(listener));
  assert.equal((await client.request({})).text(), "x");
}

const WAYS: readonly (readonly [name: string, act: (pair: Pair) => void])[] = [
  ["nobody listens", ({ response }) => response.end("x")],
  [
    "somebody waits for the end of the request",
    ({ request, response }) => {
      request.on("end", () => undefined);
      response.end("x");
    },
  ],
  [
    "somebody waits for both to close",
    ({ request, response }) => {
      request.on("close", () => undefined);
      response.on("close", () => undefined);
      response.end("x");
    },
  ],
  [
    "the request is read",
    ({ request, response }) => {
      request.resume();
      request.on("end", () => response.end("x"));
    },
  ],
  [
    "the request is read after the answer",
    ({ request, response }) => {
      response.end("x", () => request.resume());
    },
  ],
];

for (const [name, act] of WAYS) {
  test(`a request and its response are left as node leaves them when ${name}`, async (context) => {
    const states: object[] = [];
    for (const serve of [onNode, onTack]) {
      let pair: Pair | undefined;
      await serve(context, (request, response) => {
        pair = { request, response };
        act(pair);
      });
      await until(() => pair!.request.destroyed && pair!.request.closed && pair!.response.closed);
      states.push(stateOf(pair!));
    }
    // Node lets go of an unread request by reading it; that it flows is all that shows of it.
    const [own, ours] = states.map(
      (state) => JSON.parse(JSON.stringify(state)) as { request: { readableFlowing?: unknown } },
    );
    delete own!.request.readableFlowing;
    delete ours!.request.readableFlowing;
    assert.deepEqual(ours, own);
  });
}

test("who waits for a request or response after the end need not wait", async (context) => {
  let pair: Pair | undefined;
  await onTack(context, (request, response) => {
    pair = { request, response };
    response.end("x");
  });
  await until(() => pair!.request.destroyed);
  await finished(pair!.response);
  await finished(pair!.request);
});

test("an end of its own, be it the prototype's or the response's, is the one that is called", async (context) => {
  const calls: string[] = [];
  const proto = Object.create(ServerResponse.prototype, {
    end: {
      value(this: ServerResponse, ...given: [string]) {
        calls.push("prototype");
        return ServerResponse.prototype.end.apply(this, given as never);
      },
    },
  }) as ServerResponse;
  await onTack(context, (_request, response) => {
    Object.setPrototypeOf(response, proto);
    const inherited = response.end;
    response.end = function end(this: ServerResponse, ...given: unknown[]) {
      calls.push("own");
      return inherited.apply(this, given as never);
    } as never;
    response.end("x");
  });
  assert.deepEqual(calls, ["own", "prototype"]);
});

test("what an end of its own writes leaves at once, also when it ends later", async (context) => {
  let release: (() => void) | undefined;
  const client = await hosted(
    context,
    fromNode((_request, response) => {
      const later = Object.create(ServerResponse.prototype, {
        end: {
          value(this: ServerResponse, chunk: string) {
            this.write(chunk);
            release = () => void ServerResponse.prototype.end.apply(this, [] as never);
          },
        },
      }) as ServerResponse;
      Object.setPrototypeOf(response, later);
      response.end("x");
    }),
  );
  const exchange = client.open();
  await exchange.head();
  assert.equal(Buffer.from((await exchange.read())!).toString(), "x");
  release!();
  assert.equal(await exchange.read(), undefined);
});
