/** Adapter cases: the other kinds of scope, lifespan, and several exchanges at once. */
import assert from "node:assert/strict";
import { derive } from "../../compose/derive.ts";
import type { App } from "../../pagi/app.ts";
import type { Scope, SseScope, WebSocketScope } from "../../pagi/scope.ts";
import { type AdapterDefinition, type AdapterKit, httpOnly, respond, until } from "../adapter-case.ts";
import { createClient } from "../app-client.ts";

/** Calls the converted app with the scope of a request that is changed, and gives the client's response. */
async function respondTo(kit: AdapterKit, app: App, change: (scope: Scope) => Scope) {
  const converted = kit.convert(app);
  const changed: App = (scope, receive, send) => converted(change(scope), receive, send);
  const client = createClient(changed, { lint: false });
  try {
    return await client.request();
  } finally {
    await client.close();
  }
}

function asEventStream(scope: Scope): Scope {
  return derive(scope as unknown as SseScope, { type: "sse" });
}

function asWebSocket(scope: Scope): Scope {
  const changes = { type: "websocket", scheme: "ws", subprotocols: [] } as const;
  return derive(scope as unknown as WebSocketScope, changes);
}

/** An app that notes the types of its scopes and answers `ok`. */
function typing(types: string[]): App {
  return async (scope, _receive, send) => {
    if (scope.type === "lifespan") return;
    types.push(scope.type);
    await respond(send, "ok");
  };
}

/** An app that notes its lifespan and answers with its state. */
function living(notes: string[]): App {
  return async (scope, receive, send) => {
    if (scope.type === "http") return respond(send, JSON.stringify(scope.state ?? {}));
    if (scope.type !== "lifespan") return;
    for (const step of ["startup", "shutdown"] as const) {
      await receive();
      notes.push(step);
      scope.state!["started"] = true;
      await send({ type: `lifespan.${step}.complete` });
    }
  };
}

/** Cases on kinds of scopes. */
export const scopeCases: readonly AdapterDefinition[] = [
  {
    id: "adapter-46",
    title: "an app is told that the client asked for an event stream",
    loss: "eventStream",
    async run(kit) {
      const types: string[] = [];
      await respondTo(kit, typing(types), asEventStream);
      assert.deepEqual(types, ["sse"]);
    },
  },
  {
    id: "adapter-47",
    title: "a client that asked for an event stream is answered",
    async run(kit) {
      const response = await respondTo(kit, typing([]), asEventStream);
      assert.deepEqual([response.status, response.text()], [200, "ok"]);
    },
  },
  {
    id: "adapter-48",
    title: "an app is told of a WebSocket session",
    loss: "webSocket",
    async run(kit) {
      const types: string[] = [];
      await respondTo(kit, typing(types), asWebSocket);
      assert.deepEqual(types, ["websocket"]);
    },
  },
  {
    id: "adapter-49",
    title: "a WebSocket session is answered, by the app or with a refusal",
    async run(kit) {
      const { status, complete } = await respondTo(kit, typing([]), asWebSocket);
      assert.ok(complete && (status === 200 || status >= 400), `answered ${status}`);
    },
  },
  {
    id: "adapter-50",
    title: "startup and shutdown come when the server says so",
    loss: "lifespan",
    async run(kit) {
      const notes: string[] = [];
      const client = kit.client(living(notes));
      await client.startup();
      assert.deepEqual(notes, ["startup"]);
      await client.shutdown();
      assert.deepEqual(notes, ["startup", "shutdown"]);
    },
  },
  {
    id: "adapter-51",
    title: "what startup left in the state is there in a request",
    loss: "state",
    async run(kit) {
      const client = kit.client(living([]));
      await client.startup();
      assert.deepEqual((await client.request()).json(), { started: true });
    },
  },
  {
    id: "adapter-52",
    title: "exchanges at the same time do not mix",
    async run(kit) {
      let waiting = 0;
      const app = httpOnly(async ({ scope, send }) => {
        waiting++;
        await until(() => waiting === 20, "all of them");
        await respond(send, scope.path);
      });
      const client = kit.client(app);
      const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
      const responses = await Promise.all(paths.map((path) => client.request({ path })));
      assert.deepEqual(
        responses.map((response) => response.text()),
        paths,
      );
    },
  },
  {
    id: "adapter-53",
    title: "what the app logs reaches the server's log",
    loss: "logger",
    async run(kit) {
      const app = httpOnly(async ({ scope, send }) => {
        scope.extensions.logger?.({ level: "warn", message: "a word from the app" });
        await respond(send, "ok");
      });
      const client = kit.client(app);
      await client.request();
      assert.ok(client.logged.some(({ message }) => message === "a word from the app"));
    },
  },
];
