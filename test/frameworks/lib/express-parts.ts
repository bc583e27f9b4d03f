/** The routes of the table in the words of Express, for all that are Express inside. */
import compression from "compression";
import cookieParser from "cookie-parser";
import type express from "express";
import multer from "multer";
import { events, hang, long, stream, swallow } from "./node-parts.js";
import { planned, summary, type Tools } from "./subject.js";

/** Everything but what throws in its own way. */
export function expressRoutes(app: express.Express, module: typeof express, tools: Tools): void {
  // Express writes errors to the console in any other environment.
  app.set("env", "test");
  app.use(["/squeezed", "/squeezed-stream"], compression({ threshold: 0 }));
  app.use("/files", module.static(tools.folder));
  bodies(app, module);
  app.get("/things/:id", (request, response) => {
    response.json({ id: request.params["id"], q: request.query["q"] });
  });
  app.get("/cookies", cookieParser(), (request, response) => {
    const { c } = request.cookies as Record<string, string>;
    response.cookie("a", "1").cookie("b", "2", { httpOnly: true }).send(c);
  });
  app.get("/throw", () => {
    throw planned();
  });
  app.get("/reject", async () => Promise.reject(planned()));
  app.get("/redirect", (_, response) => response.redirect("/elsewhere"));
  app.get("/stream", (_, response) => stream(response, tools));
  app.get("/squeezed-stream", (_, response) => stream(response, tools, "squeezed-stream"));
  app.get("/squeezed", (_, response) => long(response));
  app.get("/events", (_, response) => events(response, tools));
  app.get("/hang", (_, response) => hang(response, tools));
  app.post("/swallow", (request) => swallow(request, tools));
}

function bodies(app: express.Express, module: typeof express): void {
  app.post("/json", module.json(), (request, response) => void response.json(request.body));
  app.post("/limited", module.json({ limit: 1000 }), (_, response) => void response.end());
  app.post("/form", module.urlencoded({ extended: true }), (request, response) => {
    response.json(request.body);
  });
  app.post("/upload", multer().single("file"), (request, response) => {
    const { originalname, buffer } = request.file!;
    response.json(summary(originalname, buffer, (request.body as { title: unknown }).title));
  });
}
