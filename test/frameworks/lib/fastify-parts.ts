/** The routes of the table in the words of Fastify, for Nest over it as well. */
import { constants } from "node:zlib";
import compress from "@fastify/compress";
import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import multipart from "@fastify/multipart";
import files from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { hang, swallow, two } from "./node-parts.js";
import { summary, type Tools } from "./subject.js";

/** The plugins that both use. */
export async function plugins(app: FastifyInstance, tools: Tools): Promise<void> {
  await app.register(cookie);
  await app.register(files, { root: tools.folder, prefix: "/files/" });
  await app.register(multipart, { limits: { fileSize: 2 << 20 } });
  const zlibOptions = { flush: constants.Z_SYNC_FLUSH };
  await app.register(compress, { global: true, threshold: 0, encodings: ["gzip"], zlibOptions });
}

/** Forms; Nest brings them by itself. */
export function forms(app: FastifyInstance): void {
  void app.register(formbody);
}

/** Routes that need the reply, a stream or the raw request. */
export function replyRoutes(app: FastifyInstance, tools: Tools): void {
  const { gates } = tools;
  app.get("/cookies", async (request, reply) =>
    reply.setCookie("a", "1").setCookie("b", "2", { httpOnly: true }).send(request.cookies["c"]),
  );
  for (const name of ["stream", "squeezed-stream"]) {
    app.get(`/${name}`, async (_, reply) =>
      reply.type("text/plain").send(two("the first piece\n", "the second piece\n", gates.wait(name))),
    );
  }
  app.get("/events", async (_, reply) =>
    reply.type("text/event-stream").send(two("data: 1\n\n", "data: 2\n\n", gates.wait("events"))),
  );
  app.get("/hang", (_, reply) => {
    reply.hijack();
    hang(reply.raw, tools);
  });
  app.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
  app.post("/swallow", (request, reply) => {
    reply.hijack();
    swallow(request.raw, tools);
  });
  app.post("/upload", async (request) => {
    const file = (await request.file())!;
    const title = file.fields["title"] as unknown as { value: string };
    return summary(file.filename, await file.toBuffer(), title.value);
  });
}
