import fastify from "fastify";

const app = fastify();

app.get<{ Querystring: { name?: string } }>("/hello", async (request) => ({
  hello: request.query.name ?? "stranger",
  from: "Fastify",
}));

export default app;
