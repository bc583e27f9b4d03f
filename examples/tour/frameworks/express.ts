/** An Express app, unchanged: it knows nothing of the mount but what Express itself tells it. */
import express, { type Express } from "express";

const app: Express = express();
// Its own page for an error, without the log line that Express writes otherwise.
app.set("env", "test");

app.get("/hello", (request, response) => {
  response.json({ hello: request.query["name"] ?? "stranger", from: "Express", below: request.baseUrl });
});

app.get("/broken", () => {
  throw new Error("Express has thrown");
});

export default app;
