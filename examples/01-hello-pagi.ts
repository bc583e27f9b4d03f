/**
 * Lesson 1: the message form. An app is called once per request with a scope, and sends a start and a body.
 *
 *     npx tackup examples/01-hello-pagi.ts
 *     curl http://127.0.0.1:8225/
 */
import type { App } from "tack";

const app: App = async (scope, receive, send) => {
  // Decline what you don't serve: a server reads this as "not me" and goes on.
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);

  await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
  await send({ type: "http.response.body", body: "Hello from PAGI\n" });
};

export default app;
