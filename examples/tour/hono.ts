/** A Hono app, unchanged: Tack asks for nothing but its `fetch`. */
import { Hono } from "hono";

const app = new Hono().basePath("/hono");

app.get("/hello", (context) => {
  const name = context.req.query("name") || "stranger";
  return context.json({ hello: name, from: "Hono", through: "fetch" });
});

export default app;
