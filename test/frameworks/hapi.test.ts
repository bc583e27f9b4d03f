import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { type Lifecycle, type Request, server as hapi, type Server } from "@hapi/hapi";
import { behaves } from "./lib/behaviour.js";
import { swallow, two } from "./lib/node-parts.js";
import { LONG, planned, summary, type Tools } from "./lib/subject.js";

type Handler = Lifecycle.Method;

function get(server: Server, path: string, handler: Handler): void {
  server.route({ method: "GET", path, handler });
}

function pages(server: Server, { gates }: Tools): void {
  get(server, "/things/{id}", ({ params, query }) => ({
    id: params["id"] as string,
    q: query["q"] as string,
  }));
  get(server, "/cookies", ({ state }, h) =>
    h
      .response(state["c"] as string)
      .state("a", "1", { isSecure: false })
      .state("b", "2", { isSecure: false }),
  );
  get(server, "/throw", () => {
    throw planned();
  });
  get(server, "/reject", async () => Promise.reject(planned()));
  get(server, "/redirect", (_, h) => h.redirect("/elsewhere"));
  get(server, "/squeezed", () => LONG);
  const pieces = (gate: string, type: string, first: string, second: string): void =>
    get(server, `/${gate}`, (_, h) => h.response(two(first, second, gates.wait(gate))).type(type));
  pieces("stream", "text/plain", "the first piece\n", "the second piece\n");
  pieces("events", "text/event-stream", "data: 1\n\n", "data: 2\n\n");
  get(server, "/squeezed-stream", (_, h) =>
    h.response(flushed(gates.wait("squeezed-stream"))).type("text/plain"),
  );
  get(server, "/hang", (request, h) => {
    request.events.once("disconnect", () => gates.reach("gone"));
    return h.response(two("the first piece\n", "", gates.wait("never"))).type("application/octet-stream");
  });
}

/** hapi hands the compressor to a stream that asks for it. */
function flushed(gate: Promise<void>): PassThrough {
  let compressor: { flush(): void } | undefined;
  const stream = new PassThrough();
  Object.assign(stream, { setCompressor: (given: { flush(): void }) => (compressor = given) });
  stream.write("the first piece\n");
  setImmediate(() => compressor?.flush());
  void gate.then(() => stream.end("the second piece\n"));
  return stream;
}

function bodies(server: Server, tools: Tools): void {
  const echo = ({ payload }: Request): never => payload as never;
  server.route({ method: "POST", path: "/json", handler: echo });
  server.route({ method: "POST", path: "/form", handler: echo });
  server.route({ method: "POST", path: "/limited", handler: echo, options: { payload: { maxBytes: 1000 } } });
  server.route({
    method: "POST",
    path: "/upload",
    options: { payload: { maxBytes: 2 << 20, multipart: { output: "annotated" } } },
    handler: ({ payload }) => {
      const { file, title } = payload as unknown as {
        file: { filename: string; payload: Buffer };
        title: string;
      };
      return summary(file.filename, file.payload, title) as never;
    },
  });
  server.route({
    method: "POST",
    path: "/swallow",
    options: { payload: { output: "stream", parse: false } },
    handler: ({ payload, raw }, h) => {
      swallow(payload as IncomingMessage, tools);
      return new Promise((resolve) => raw.req.on("close", () => resolve(h.abandon)));
    },
  });
}

behaves({
  name: "hapi",
  build(tools) {
    const server = hapi({ port: 0, host: "127.0.0.1", debug: false, compression: { minBytes: 1 } });
    pages(server, tools);
    bodies(server, tools);
    return server;
  },
  async plain(server: Server) {
    await server.start();
    return { url: server.info.uri, close: () => server.stop({ timeout: 0 }) };
  },
  cannot: {
    file: "serving files is a plugin of its own (@hapi/inert)",
    range: "serving files is a plugin of its own (@hapi/inert)",
    "not modified": "serving files is a plugin of its own (@hapi/inert)",
  },
});
