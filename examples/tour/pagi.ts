/** An app in the message form: it shows the request it got, and echoes a body while it arrives. */
import type { App } from "tack/pagi/app";
import type { HttpScope } from "tack/pagi/scope";

const pagi: App = async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
  if (scope.path === "/echo") return echo(scope, receive, send);

  const { method, rootPath, path, queryString, httpVersion, client } = scope;
  const headers = scope.headers.map((pair) => pair.join(": "));
  const body = JSON.stringify({ method, rootPath, path, queryString, httpVersion, client, headers }, null, 2);
  await send({ type: "http.response.start", status: 200, headers: [["content-type", "application/json"]] });
  await send({ type: "http.response.body", body });
};

/** Sends each piece back as it comes: the response has begun before the request has ended. */
const echo = async (
  scope: HttpScope,
  receive: Parameters<App>[1],
  send: Parameters<App>[2],
): Promise<void> => {
  const type = scope.headers.find(([name]) => name === "content-type")?.[1] ?? "text/plain";
  // What a visitor posts is shown as text, never run as a page.
  const headers = [
    ["content-type", "text/plain; charset=utf-8"],
    ["x-received-type", type],
  ] as const;
  await send({ type: "http.response.start", status: 200, headers });
  for (let event = await receive(); event.type === "http.request"; event = await receive()) {
    await send({ type: "http.response.body", body: event.body, more: event.more });
    if (!event.more) return;
  }
};

export default pagi;
