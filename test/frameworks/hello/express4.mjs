import express from "express4";

const app = express();

app.get("/hello", (request, response) => {
  response.json({ hello: request.query.name ?? "stranger", from: "Express 4" });
});

export default app;
