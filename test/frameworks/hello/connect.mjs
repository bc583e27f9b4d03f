import connect from "connect";

const app = connect();

app.use("/hello", (request, response) => {
  const name = new URL(request.url, "http://localhost").searchParams.get("name") ?? "stranger";
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ hello: name, from: "Connect" }));
});

export default app;
