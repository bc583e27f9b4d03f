/** A Koa app, unchanged. */
import Koa from "koa";

const app: Koa = new Koa();
app.silent = true;

app.use((context) => {
  if (context.path === "/broken") throw new Error("Koa has thrown");
  if (context.path !== "/hello") return;
  context.body = { hello: context.query["name"] ?? "stranger", from: "Koa", url: context.url };
});

export default app;
