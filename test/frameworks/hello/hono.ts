import { Hono } from "hono";

const app = new Hono();

app.get("/hello", (context) =>
  context.json({ hello: context.req.query("name") ?? "stranger", from: "Hono" }),
);

export default app;
