import feathersModule from "@feathersjs/express";
import { feathers } from "@feathersjs/feathers";
import type express from "express";
import { behaves } from "./lib/behaviour.js";
import { expressRoutes } from "./lib/express-parts.js";
import { onNode, type Tools } from "./lib/subject.js";

// A CommonJS package: its default is its exports.
const { default: feathersExpress, rest, original } = feathersModule;

behaves({
  name: "Feathers",
  build(tools: Tools) {
    const app = feathersExpress(feathers()).configure(rest());
    const service = {
      get: async (id: string, params?: { query?: { q?: string } }) => ({
        id: decodeURIComponent(id),
        q: params?.query?.q,
      }),
    };
    app.use("things", service);
    // Its routes besides services are those of the Express it is made of.
    expressRoutes(app as unknown as express.Express, original as unknown as typeof express, tools);
    return app;
  },
  async plain(app: express.Express & { setup(): Promise<unknown> }) {
    await app.setup();
    return onNode(app);
  },
  cannot: { reject: "its Express leaves promises alone; whoever rejects ends the process" },
});
