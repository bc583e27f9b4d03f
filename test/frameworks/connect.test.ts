import type { IncomingMessage, RequestListener } from "node:http";
import { behaves } from "./lib/behaviour.js";
import { handlers, type Middleware, sendJson, standing } from "./lib/connect-parts.js";
import { onNode } from "./lib/subject.js";

// Connect looks at it once, when it is loaded: in any other environment it writes errors to the console.
process.env["NODE_ENV"] = "test";
const { default: connect } = await import("connect");

/** Connect has no routes: this is how its users write them. */
const only =
  (method: string, path: string, handler: Middleware): Middleware =>
  (request, response, next) => {
    const isHit = request.method === method && request.url?.split("?")[0] === path;
    return isHit ? handler(request, response, next) : next();
  };

function thing(request: IncomingMessage): { id: string; q: string | null } | undefined {
  const url = new URL(request.url ?? "", "http://x");
  const id = /^\/things\/([^/]+)$/.exec(url.pathname)?.[1];
  const isRead = request.method === "GET" || request.method === "HEAD";
  return isRead && id !== undefined
    ? { id: decodeURIComponent(id), q: url.searchParams.get("q") }
    : undefined;
}

behaves({
  name: "Connect",
  build(tools) {
    const app = connect();
    for (const [path, middleware] of Object.entries(standing(tools))) app.use(path, middleware);
    app.use((request, response, next) => {
      const found = thing(request);
      if (found === undefined) next();
      else sendJson(response, found);
    });
    for (const [route, handler] of Object.entries(handlers(tools))) {
      const [method = "", path = ""] = route.split(" ");
      app.use(only(method, path, handler));
    }
    return app;
  },
  plain: (app: RequestListener) => onNode(app),
  cannot: { reject: "it leaves promises alone; whoever rejects ends the process" },
});
