import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import type { FastifyInstance } from "fastify";
import { behaves } from "./lib/behaviour.js";
import { plugins, replyRoutes } from "./lib/fastify-parts.js";
import { NestRoot } from "./lib/nest-parts.js";

behaves({
  name: "Nest on Fastify",
  async build(tools) {
    const adapter = new FastifyAdapter({ bodyLimit: 2 << 20 });
    const app = await NestFactory.create<NestFastifyApplication>(NestRoot, adapter, { logger: false });
    app.useBodyParser("application/json", { bodyLimit: 4000 });
    const fastify = adapter.getInstance() as unknown as FastifyInstance;
    await plugins(fastify, tools);
    void fastify.register(async (inner) => replyRoutes(inner, tools));
    return app;
  },
  async plain(app: NestFastifyApplication) {
    await app.listen(0, "127.0.0.1");
    return { url: await app.getUrl(), close: () => app.close() };
  },
});
