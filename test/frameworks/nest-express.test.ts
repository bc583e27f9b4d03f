import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import compression from "compression";
import cookieParser from "cookie-parser";
import type { Express, Request, Response } from "express";
import multer from "multer";
import { behaves } from "./lib/behaviour.js";
import { NestRoot } from "./lib/nest-parts.js";
import { events, hang, stream, swallow } from "./lib/node-parts.js";
import { onNode, summary, type Tools } from "./lib/subject.js";

/** What people do with `app.use` and with the platform's own request and response. */
function raw(app: NestExpressApplication, tools: Tools): void {
  const routes = app.getHttpAdapter().getInstance() as Express;
  app.use(["/squeezed", "/squeezed-stream"], compression({ threshold: 0 }));
  routes.post("/upload", multer().single("file"), (request: Request, response: Response) => {
    const { originalname, buffer } = request.file!;
    response.json(summary(originalname, buffer, (request.body as { title: unknown }).title));
  });
  routes.get("/cookies", cookieParser(), (request: Request, response: Response) => {
    const { c } = request.cookies as Record<string, string>;
    response.cookie("a", "1").cookie("b", "2", { httpOnly: true }).send(c);
  });
  routes.get("/stream", (_, response: Response) => stream(response, tools));
  routes.get("/squeezed-stream", (_, response: Response) => stream(response, tools, "squeezed-stream"));
  routes.get("/events", (_, response: Response) => events(response, tools));
  routes.get("/hang", (_, response: Response) => hang(response, tools));
  routes.post("/swallow", (request: Request) => swallow(request, tools));
}

behaves({
  name: "Nest on Express",
  async build(tools) {
    const app = await NestFactory.create<NestExpressApplication>(NestRoot, { logger: false });
    app.useBodyParser("json", { limit: 4000 });
    app.useStaticAssets(tools.folder, { prefix: "/files/" });
    raw(app, tools);
    return app;
  },
  async plain(app: NestExpressApplication) {
    await app.init();
    const { url, close } = await onNode(app.getHttpServer());
    return { url, close: () => Promise.all([close(), app.close()]) };
  },
});
