import polka from "polka";

export default polka().get("/hello", (request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ hello: request.query.name ?? "stranger", from: "Polka" }));
});
