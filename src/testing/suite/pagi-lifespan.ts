/** PAGI cases: the life of an app in a process. */
import assert from "node:assert/strict";
import type { App, Receive, Send } from "../../pagi/app.ts";
import type { LifespanScope } from "../../pagi/scope.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, httpApp, piece, signal, start } from "./suite-tools.ts";

type LifespanCall = (scope: LifespanScope, receive: Receive, send: Send) => Promise<void>;

/** An app with a lifespan of its own. */
function withLifespan(lifespan: LifespanCall, http: App): App {
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") return lifespan(scope, receive, send);
    return http(scope, receive, send);
  };
}

/** Runs startup and shutdown and notes them. */
function noted(notes: string[], fill: (scope: LifespanScope) => void = () => {}): LifespanCall {
  return async (scope, receive, send) => {
    notes.push((await receive()).type);
    fill(scope);
    await send({ type: "lifespan.startup.complete" });
    notes.push((await receive()).type);
    await send({ type: "lifespan.shutdown.complete" });
  };
}

const failsToStart: LifespanCall = async (_scope, receive, send) => {
  await receive();
  await send({ type: "lifespan.startup.failed", message: "the database is away" });
};

const failsToStop: LifespanCall = async (_scope, receive, send) => {
  await receive();
  await send({ type: "lifespan.startup.complete" });
  await receive();
  await send({ type: "lifespan.shutdown.failed", message: "could not save" });
};

/** Cases on lifespan. */
export const lifespanCases: readonly CaseDefinition[] = [
  {
    id: "pagi-82",
    rule: "LIFE-1, LIFE-2, APP-2",
    title: "startup is over before the first request, shutdown comes when the server stops",
    needs: ["lifespan"],
    async run(kit) {
      const notes: string[] = [];
      const http = httpApp(async ({ send }) => {
        notes.push("request");
        await answer(send);
      });
      const server = await kit.start(withLifespan(noted(notes), http));
      await server.client.request();
      await server.close();
      assert.deepEqual(notes, ["lifespan.startup", "request", "lifespan.shutdown"]);
    },
  },
  {
    id: "pagi-83",
    rule: "SCOPE-9, SCOPE-15, LIFE-12",
    title: "each request gets a shallow copy of the state that startup filled",
    needs: ["lifespan", "state"],
    async run(kit) {
      const shared = { count: 0 };
      const fill = (scope: LifespanScope): void => {
        assert.equal(typeof scope.pagi.version, "string");
        if (scope.state !== undefined) Object.assign(scope.state, { shared, name: "startup" });
      };
      const http = httpApp(async ({ scope, send }) => {
        const state = scope.state as { shared: { count: number }; name: string };
        state.shared.count += 1;
        const { name } = state;
        state.name = "changed";
        await answer(send, name);
      });
      const client = await kit.serve(withLifespan(noted([], fill), http));
      assert.equal((await client.request()).text(), "startup");
      assert.equal((await client.request()).text(), "startup");
      assert.equal(shared.count, 2);
    },
  },
  {
    id: "pagi-84",
    rule: "LIFE-7",
    title: "a failed startup stops the start, and its message is reported",
    needs: ["lifespan"],
    async run(kit) {
      const starting = kit.start(
        withLifespan(
          failsToStart,
          httpApp(({ send }) => answer(send)),
        ),
      );
      await assert.rejects(starting, /the database is away/);
    },
  },
  {
    id: "pagi-85",
    rule: "LIFE-5, LIFE-6",
    title: "an app that throws on lifespan is served all the same and gets no shutdown",
    needs: ["lifespan"],
    async run(kit) {
      const server = await kit.start(httpApp(({ send }) => answer(send)));
      assert.equal((await server.client.request()).text(), "ok");
      await server.close();
    },
  },
  {
    id: "pagi-86",
    rule: "LIFE-5, LIFE-6",
    title: "an app that returns silently on lifespan is served all the same and gets no shutdown",
    needs: ["lifespan"],
    async run(kit) {
      const received: string[] = [];
      const silent: LifespanCall = async (_scope, receive) => {
        received.push((await receive()).type);
        void receive().then((event) => received.push(event.type));
      };
      const server = await kit.start(
        withLifespan(
          silent,
          httpApp(({ send }) => answer(send)),
        ),
      );
      assert.equal((await server.client.request()).text(), "ok");
      await server.close();
      assert.deepEqual(received, ["lifespan.startup"]);
    },
  },
  {
    id: "pagi-87",
    rule: "LIFE-8",
    title: "shutdown waits for the exchanges under way",
    needs: ["lifespan"],
    async run(kit) {
      const notes: string[] = [];
      const [running, gate] = [signal(), signal()];
      const http = httpApp(async ({ send }) => {
        await start(send);
        await piece(send, "first ");
        running.resolve();
        await gate.promise;
        await piece(send, "last", false);
        notes.push("answered");
      });
      const server = await kit.start(withLifespan(noted(notes), http));
      const exchange = server.client.open();
      await running.promise;
      const closing = server.close();
      gate.resolve();
      assert.equal((await exchange.response()).text(), "first last");
      exchange.disconnect();
      await closing;
      assert.deepEqual(notes, ["lifespan.startup", "answered", "lifespan.shutdown"]);
    },
  },
  {
    id: "pagi-88",
    rule: "LIFE-9",
    title: "a failed shutdown still lets the server end",
    needs: ["lifespan"],
    async run(kit) {
      const server = await kit.start(
        withLifespan(
          failsToStop,
          httpApp(({ send }) => answer(send)),
        ),
      );
      assert.equal((await server.client.request()).text(), "ok");
      await server.close().catch(() => {});
      await assert.rejects(server.client.request());
    },
  },
];
