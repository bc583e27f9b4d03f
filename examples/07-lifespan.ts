/**
 * Lesson 7: lifespan. What is opened once at startup is kept in `state`, and every request sees it.
 *
 *     npx tackup examples/07-lifespan.ts
 *     curl http://127.0.0.1:8225/
 */
import type { App } from "tack";

const app: App = async (scope, receive, send) => {
  if (scope.type === "lifespan") {
    await receive();
    if (scope.state) scope.state["startedAt"] = new Date().toISOString();
    await send({ type: "lifespan.startup.complete" });
    await receive();
    await send({ type: "lifespan.shutdown.complete" });
    return;
  }
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);

  await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
  await send({ type: "http.response.body", body: `running since ${String(scope.state?.["startedAt"])}\n` });
};

export default app;
