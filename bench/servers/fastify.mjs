/** Fastify on node's own server. */
import { app } from "./lib/fastify-app.mjs";
import * as work from "./lib/work.mjs";

await app.listen({ host: "127.0.0.1", port: work.port });
