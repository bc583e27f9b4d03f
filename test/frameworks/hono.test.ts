import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { getCookie, setCookie } from "hono/cookie";
import { stream, streamSSE } from "hono/streaming";
import { behaves } from "./lib/behaviour.js";
import { onFetchHost } from "./lib/fetch-host.js";
import { fail, fields, hang, NO_FILES, swallow, upload } from "./lib/fetch-parts.js";
import { LONG, type Tools } from "./lib/subject.js";

function streams(app: Hono, { gates }: Tools): void {
  app.get("/stream", (context) =>
    stream(context, async (out) => {
      await out.write("the first piece\n");
      await gates.wait("stream");
      await out.write("the second piece\n");
    }),
  );
  app.get("/events", (context) =>
    streamSSE(context, async (out) => {
      await out.writeSSE({ data: "1" });
      await gates.wait("events");
      await out.writeSSE({ data: "2" });
    }),
  );
}

behaves({
  name: "Hono",
  seesWholeUrl: true,
  build(tools) {
    const app = new Hono().basePath(tools.prefix);
    app.use("/squeezed", compress({ encoding: "gzip" }));
    app.get("/things/:id", (context) =>
      context.json({ id: context.req.param("id"), q: context.req.query("q") }),
    );
    app.post("/json", async (context) => context.json(await context.req.json<object>()));
    app.post("/limited", bodyLimit({ maxSize: 1000 }), async (context) =>
      context.json(await context.req.json<object>()),
    );
    app.post("/form", async (context) => context.json(fields(await context.req.formData())));
    app.post("/upload", async (context) => context.json(await upload(await context.req.formData())));
    app.get("/cookies", (context) => {
      setCookie(context, "a", "1");
      setCookie(context, "b", "2", { httpOnly: true });
      return context.text(getCookie(context, "c") ?? "");
    });
    app.get("/throw", fail);
    app.get("/reject", async () => fail());
    app.get("/redirect", (context) => context.redirect("/elsewhere"));
    app.get("/squeezed", (context) => context.text(LONG));
    app.get("/hang", (context) => hang(context.req.raw, tools));
    app.post("/swallow", (context) => swallow(context.req.raw, tools));
    streams(app, tools);
    app.onError((error, context) =>
      "getResponse" in error ? error.getResponse() : context.text(error.message, 500),
    );
    return app;
  },
  plain: (app: Hono) => onFetchHost((request) => app.fetch(request)),
  cannot: {
    "gzip flush": "its compress holds back what is streamed: a CompressionStream cannot flush",
    file: NO_FILES,
    range: NO_FILES,
    "not modified": NO_FILES,
  },
});
