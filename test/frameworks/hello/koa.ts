import { Router } from "@koa/router";
import Koa from "koa";

const app = new Koa();
const router = new Router();

router.get("/hello", (context) => {
  context.body = { hello: context.query["name"] ?? "stranger", from: "Koa" };
});
app.use(router.routes());

export default app;
