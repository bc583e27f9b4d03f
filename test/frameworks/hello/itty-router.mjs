import { AutoRouter } from "itty-router";

const router = AutoRouter();

router.get("/hello", ({ query }) => ({ hello: query.name ?? "stranger", from: "itty-router" }));

export default router;
