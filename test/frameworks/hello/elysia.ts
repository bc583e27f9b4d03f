import { Elysia } from "elysia";

export default new Elysia().get("/hello", ({ query }) => ({
  hello: query["name"] ?? "stranger",
  from: "Elysia",
}));
