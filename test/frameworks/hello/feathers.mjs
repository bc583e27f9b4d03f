import feathersExpress from "@feathersjs/express";
import { feathers } from "@feathersjs/feathers";

const { default: express, rest } = feathersExpress;
const app = express(feathers()).configure(rest());

app.use("hello", {
  find: async (params) => ({ hello: params.query.name ?? "stranger", from: "Feathers" }),
});

export default app;
