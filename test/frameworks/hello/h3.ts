import { getQuery, H3 } from "h3";

const app = new H3();

app.get("/hello", (event) => ({ hello: getQuery(event)["name"] ?? "stranger", from: "h3" }));

export default app;
