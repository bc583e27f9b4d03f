import express from "express";

const app = express();

app.get("/hello", (request, response) => {
  response.json({ hello: request.query["name"] ?? "stranger", from: "Express" });
});

export default app;
