/** Apps and callers that break a rule of lifespan. */
import { appDoes, appSends, callerDelivers, callerGives } from "../support/lint.js";
import { lifespanScope } from "../support/scope.js";

const startup = { type: "lifespan.startup" };
const shutdown = { type: "lifespan.shutdown" };
const started = { type: "lifespan.startup.complete" } as const;
const failed = { type: "lifespan.startup.failed" } as const;
const stopped = { type: "lifespan.shutdown.complete" } as const;
const scope = lifespanScope;

appDoes("LIFE-3", "startup is answered after it came", async (_scope, _receive, send) => send(started), {
  scope: scope(),
});
appSends("LIFE-3", "startup is answered once", [started, failed], scope());
appSends("LIFE-3", "a failed startup is not completed", [failed, started], scope());
appSends("LIFE-4", "shutdown is answered after it came", [started, stopped], scope());
appDoes(
  "LIFE-4",
  "shutdown is answered",
  async (_scope, receive, send) => {
    await receive();
    await send(started);
    await receive();
  },
  { scope: scope(), events: [startup, shutdown] },
);
appSends("LIFE-11", "a message is a string", [{ ...failed, message: new Error("no") }], scope());
appSends(
  "APP-13",
  "an http event is refused in lifespan",
  [{ type: "http.response.start", status: 200 }],
  scope(),
);

callerDelivers("LIFE-2", "startup comes first", [shutdown], { scope: scope() });
callerDelivers("LIFE-2", "startup comes once", [startup, startup], { scope: scope() });
callerDelivers("LIFE-2", "shutdown waits for the answer to startup", [startup, shutdown], { scope: scope() });
callerDelivers("LIFE-2", "nothing of a request comes in lifespan", [{ type: "http.request" }], {
  scope: scope(),
});
callerGives("LIFE-12", "state is an object", scope({ state: [] }));
callerGives("SCOPE-15", "lifespan has no headers", scope({ headers: [] }));
callerGives("SCOPE-15", "a worker number counts from 1", scope({ pagi: { version: "0.5", workerNum: 0 } }));
callerGives("SCOPE-15", "isWorker is a boolean", scope({ pagi: { version: "0.5", isWorker: 1 } }));
