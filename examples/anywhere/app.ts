/**
 * One app file, and every runtime takes it:
 *
 *     npx tackup examples/anywhere/app.ts
 *     bun examples/anywhere/serve.ts
 *     deno run --allow-net --allow-read examples/anywhere/serve.ts
 *
 * and `examples/anywhere/worker.ts` is the entry of a module worker. What stands here could as well be what Hono, h3,
 * Elysia or itty-router give.
 */
const app = {
  fetch: (request: Request): Response => {
    const name = new URL(request.url).searchParams.get("name") ?? "stranger";
    return Response.json({ hello: name, from: "anywhere" });
  },
};

export default app;
