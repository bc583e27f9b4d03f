import fastify, { type FastifyInstance } from "fastify";
import { behaves } from "./lib/behaviour.js";
import { forms, plugins, replyRoutes } from "./lib/fastify-parts.js";
import { LONG, planned, type Tools } from "./lib/subject.js";

function routes(app: FastifyInstance, tools: Tools): void {
  forms(app);
  replyRoutes(app, tools);
  app.get("/things/:id", async ({ params, query }) => ({
    id: (params as { id: string }).id,
    q: (query as { q: string }).q,
  }));
  app.get("/throw", () => {
    throw planned();
  });
  app.get("/reject", async () => Promise.reject(planned()));
  app.get("/redirect", async (_, reply) => reply.redirect("/elsewhere"));
  app.get("/squeezed", async (_, reply) => reply.type("text/plain").send(LONG));
  app.post("/json", async ({ body }) => body);
  app.post("/form", async ({ body }) => body);
  app.post("/limited", { bodyLimit: 1000 }, async ({ body }) => body);
}

behaves({
  name: "Fastify",
  build(tools) {
    const app = fastify();
    // Not awaited: that would make it ready before Tack does.
    void app.register(async (inner) => {
      await plugins(inner, tools);
      routes(inner, tools);
    });
    return app;
  },
  async plain(app: FastifyInstance) {
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    return { url, close: () => app.close() };
  },
});
