/**
 * Lesson 4: streaming. To await `send` is the whole of backpressure; a lost client is seen on the connection.
 *
 *     npx tackup examples/04-streaming.ts
 *     curl -N http://127.0.0.1:8225/
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "tack";

const app: App = async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);

  await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
  for (const word of ["one", "two", "three"]) {
    if (!scope.connection.isConnected) return;
    await send({ type: "http.response.body", body: `${word}\n`, more: true });
    await sleep(100);
  }
  await send({ type: "http.response.body" });
};

export default app;
