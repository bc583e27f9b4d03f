import { createServer } from "node:http";

export default createServer((request, response) => {
  const name = new URL(request.url, "http://localhost").searchParams.get("name") ?? "stranger";
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ hello: name, from: "node:http" }));
});
