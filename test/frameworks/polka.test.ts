import type { ServerResponse } from "node:http";
import polka, { type Polka, type PolkaHandler } from "polka";
import { behaves } from "./lib/behaviour.js";
import { handlers, sendJson, standing } from "./lib/connect-parts.js";
import { onNode } from "./lib/subject.js";

behaves({
  name: "Polka",
  build(tools) {
    // Its own handler takes an error that knows its `length` for a text.
    const onError = (
      error: { status?: number; code?: unknown },
      _: unknown,
      response: ServerResponse,
    ): void => {
      response.statusCode = error.status ?? (error.code === 404 ? 404 : 500);
      response.end(String(error));
    };
    const app = polka({ onError });
    for (const [path, middleware] of Object.entries(standing(tools)))
      app.use(path, middleware as PolkaHandler);
    const thing: PolkaHandler = ({ params, query }, response) =>
      sendJson(response, { id: decodeURIComponent(params["id"]!), q: query["q"] });
    app.get("/things/:id", thing);
    app.head("/things/:id", thing);
    for (const [route, handler] of Object.entries(handlers(tools))) {
      const [method, path = ""] = route.split(" ");
      if (method === "GET") app.get(path, handler as PolkaHandler);
      else app.post(path, handler as PolkaHandler);
    }
    return app;
  },
  plain: (app: Polka) => onNode(app.handler),
  onlyOurs: { throw: "it catches nothing: an exception ends its process" },
  cannot: { reject: "it leaves promises alone; whoever rejects ends the process" },
});
