import { Elysia } from "elysia";
import { behaves } from "./lib/behaviour.js";
import { onFetchHost } from "./lib/fetch-host.js";
import { events, fail, hang, NO_FILES, stream, swallow } from "./lib/fetch-parts.js";
import { summary } from "./lib/subject.js";

const NO_COMPRESSION = "it leaves compression to what is in front";

behaves({
  name: "Elysia",
  seesWholeUrl: true,
  build: (tools) =>
    new Elysia({ prefix: tools.prefix })
      .get("/things/:id", ({ params, query }) => ({ id: params.id, q: query["q"] }))
      .post("/json", ({ body }) => body)
      .post("/form", ({ body }) => body)
      .post("/upload", async ({ body }) => {
        const { file, title } = body as { file: File; title: string };
        return summary(file.name, new Uint8Array(await file.arrayBuffer()), title);
      })
      .get("/cookies", ({ cookie }) => {
        cookie["a"]!.value = "1";
        cookie["b"]!.set({ value: "2", httpOnly: true });
        return cookie["c"]!.value;
      })
      .get("/throw", fail)
      .get("/reject", async () => fail())
      // Its own `redirect` takes nothing but whole URLs on Node.
      .get("/redirect", ({ set }) => {
        set.status = 302;
        set.headers["location"] = "/elsewhere";
      })
      .get("/stream", () => stream(tools))
      .get("/events", () => events(tools))
      .get("/hang", ({ request }) => hang(request, tools))
      .post("/swallow", ({ request }) => swallow(request, tools), { parse: "none" }),
  plain: (app: Elysia) => onFetchHost((request) => app.fetch(request)),
  cannot: {
    gzip: NO_COMPRESSION,
    "gzip flush": NO_COMPRESSION,
    file: NO_FILES,
    range: NO_FILES,
    "not modified": NO_FILES,
    "413": "its limit is an option of the runtime's server",
  },
});
