import express from "express4";
import { behaves } from "./lib/behaviour.js";
import { expressRoutes } from "./lib/express-parts.js";
import { onNode } from "./lib/subject.js";

behaves({
  name: "Express 4",
  build(tools) {
    const app = express();
    expressRoutes(app, express, tools);
    return app;
  },
  plain: (app: never) => onNode(app),
  cannot: { reject: "it leaves promises alone; whoever rejects ends the process" },
});
