import { server as createServer } from "@hapi/hapi";

const server = createServer();

server.route({
  method: "GET",
  path: "/hello",
  handler: (request) => ({ hello: request.query.name ?? "stranger", from: "hapi" }),
});

export default server;
