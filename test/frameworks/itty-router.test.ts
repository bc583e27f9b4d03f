import { AutoRouter, type IRequest } from "itty-router";
import { behaves } from "./lib/behaviour.js";
import { onFetchHost } from "./lib/fetch-host.js";
import {
  events,
  fail,
  fields,
  hang,
  NO_FILES,
  stream,
  swallow,
  upload,
  withCookies,
} from "./lib/fetch-parts.js";

const NO_COMPRESSION = "it leaves compression to what is in front";

behaves({
  name: "itty-router",
  seesWholeUrl: true,
  build(tools) {
    const router = AutoRouter({ base: tools.prefix });
    const thing = ({ params, query }: IRequest): object => ({
      id: decodeURIComponent(params["id"]!),
      q: query["q"],
    });
    router
      .get("/things/:id", thing)
      .head("/things/:id", thing)
      .post("/json", async (request: IRequest) => request.json())
      .post("/form", async (request: IRequest) => fields(await request.formData()))
      .post("/upload", async (request: IRequest) => upload(await request.formData()))
      .get("/cookies", withCookies)
      .get("/throw", fail)
      .get("/reject", async () => fail())
      .get("/redirect", () => new Response(null, { status: 302, headers: { location: "/elsewhere" } }))
      .get("/stream", () => stream(tools))
      .get("/events", () => events(tools))
      .get("/hang", (request: IRequest) => hang(request as unknown as Request, tools))
      .post("/swallow", (request: IRequest) => swallow(request as unknown as Request, tools));
    return router;
  },
  plain: (router: { fetch(request: Request): Promise<Response> }) =>
    onFetchHost((request) => router.fetch(request)),
  cannot: {
    gzip: NO_COMPRESSION,
    "gzip flush": NO_COMPRESSION,
    file: NO_FILES,
    range: NO_FILES,
    "not modified": NO_FILES,
    "413": "it has no limit of its own",
  },
});
