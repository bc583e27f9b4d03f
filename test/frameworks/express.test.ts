import express from "express";
import { behaves } from "./lib/behaviour.js";
import { expressRoutes } from "./lib/express-parts.js";
import { onNode } from "./lib/subject.js";

behaves({
  name: "Express",
  build(tools) {
    const app = express();
    expressRoutes(app, express, tools);
    return app;
  },
  plain: (app: express.Express) => onNode(app),
});
