/** A Fastify instance, unchanged. Nobody calls `listen`; the server's startup makes it ready, its stop closes it. */
import fastify, { type FastifyInstance } from "fastify";

const app: FastifyInstance = fastify();

app.get<{ Querystring: { name?: string } }>("/hello", async (request) => ({
  hello: request.query.name ?? "stranger",
  from: "Fastify",
  url: request.url,
}));

app.get("/broken", async () => {
  throw new Error("Fastify has thrown");
});

export default app;
