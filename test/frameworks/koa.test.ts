import { constants } from "node:zlib";
import { Router } from "@koa/router";
import multer from "@koa/multer";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import compress from "koa-compress";
import serve from "koa-static";
import { behaves } from "./lib/behaviour.js";
import { hang, swallow, two } from "./lib/node-parts.js";
import { LONG, onNode, planned, summary, type Tools } from "./lib/subject.js";

function pages(router: Router, { gates }: Tools): void {
  router.get("/things/:id", (koa) => void (koa.body = { id: koa.params["id"], q: koa.query["q"] }));
  router.get("/cookies", (koa) => {
    koa.cookies.set("a", "1");
    koa.cookies.set("b", "2");
    koa.body = koa.cookies.get("c");
  });
  router.get("/throw", () => {
    throw planned();
  });
  router.get("/reject", async () => Promise.reject(planned()));
  router.get("/redirect", (koa) => koa.redirect("/elsewhere"));
  router.get(
    "/stream",
    (koa) => void (koa.body = two("the first piece\n", "the second piece\n", gates.wait("stream"))),
  );
  router.get("/events", (koa) => {
    koa.type = "text/event-stream";
    koa.body = two("data: 1\n\n", "data: 2\n\n", gates.wait("events"));
  });
  router.get("/squeezed", (koa) => void (koa.body = LONG));
  router.get("/squeezed-stream", (koa) => {
    koa.type = "text";
    koa.body = two("the first piece\n", "the second piece\n", gates.wait("squeezed-stream"));
  });
}

function bodies(router: Router, tools: Tools): void {
  const echo = (koa: Koa.Context): void => void (koa.body = koa.request.body);
  router.post("/json", bodyParser(), echo);
  router.post("/form", bodyParser(), echo);
  router.post("/limited", bodyParser({ jsonLimit: "1000b" }), echo);
  router.post("/upload", multer().single("file"), (koa) => {
    const { originalname, buffer } = koa.file;
    koa.body = summary(originalname, buffer, (koa.request.body as { title: unknown }).title);
  });
  router.post("/swallow", (koa) => {
    koa.respond = false;
    swallow(koa.req, tools);
  });
  router.get("/hang", (koa) => {
    koa.respond = false;
    koa.res.statusCode = 200;
    hang(koa.res, tools);
  });
}

behaves({
  name: "Koa",
  build(tools) {
    const app = new Koa();
    app.silent = true;
    const router = new Router();
    pages(router, tools);
    bodies(router, tools);
    const files = serve(tools.folder);
    app.use(async (koa, next) => {
      if (!koa.path.startsWith("/files/")) return next();
      koa.path = koa.path.slice("/files".length);
      return files(koa, next);
    });
    app.use(compress({ threshold: 0, gzip: { flush: constants.Z_SYNC_FLUSH }, br: false, deflate: false }));
    return app.use(router.routes()).use(router.allowedMethods());
  },
  plain: (app: Koa) => onNode(app.callback()),
  cannot: {
    range: "koa-static knows no ranges",
    "not modified": "koa-static gives no ETag",
  },
});
