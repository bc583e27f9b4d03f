/** The app that runs inside of workerd, as text: it is a module there and not here. */
export const workerApp = `
import { workers } from "./dist/handler/workers.js";

const left = [];
let afterwards = 0;

async function http(scope, receive, send) {
  const start = (headers = []) => send({ type: "http.response.start", status: 200, headers });
  const piece = (body, more = false) => send({ type: "http.response.body", body, more });
  switch (scope.path) {
    case "/facts": {
      const { method, queryString, state, extensions } = scope;
      await start([["set-cookie", "a=1"], ["set-cookie", "b=2"]]);
      return piece(JSON.stringify([method, queryString, state, extensions.workers.bindings.GREETING]));
    }
    case "/echo":
      await start();
      for (let more = true; more; ) {
        const event = await receive();
        if (event.type !== "http.request") return;
        more = event.more;
        await piece(event.body, more);
      }
      return;
    case "/torn":
      await start();
      await piece("part", true);
      throw new Error("torn");
    case "/endless":
      await start();
      for (; scope.connection.isConnected; ) await piece(new Uint8Array(10_000), true);
      left.push(scope.connection.disconnectReason);
      return;
    case "/left":
      await start();
      return piece(JSON.stringify(left));
    case "/late":
      await start();
      await piece(String(afterwards));
      await new Promise((resolve) => setTimeout(resolve, 20));
      afterwards++;
      return;
    case "/nothing":
      return;
  }
  await send({ type: "http.response.start", status: 204 });
  await send({ type: "http.response.body" });
}

async function sse(scope, receive, send) {
  await send({ type: "sse.start" });
  await send({ type: "sse.keepalive", interval: 0.01, comment: "alive" });
  await send({ type: "sse.send", data: scope.path, id: "1" });
  const event = await receive();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await send({ type: "sse.send", data: event.type });
  await send({ type: "sse.close" });
}

async function lifespan(scope, receive, send) {
  await receive();
  scope.state.startups = (scope.state.startups ?? 0) + 1;
  await send({ type: "lifespan.startup.complete" });
  await receive();
}

export default workers((scope, receive, send) =>
  ({ lifespan, sse, http })[scope.type](scope, receive, send),
);
`;
