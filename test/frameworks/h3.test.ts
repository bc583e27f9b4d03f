import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { assertBodySize, createEventStream, getCookie, H3, redirect, serveStatic, setCookie } from "h3";
import { behaves } from "./lib/behaviour.js";
import { onFetchHost } from "./lib/fetch-host.js";
import { fail, fields, hang, stream, swallow, upload } from "./lib/fetch-parts.js";
import type { Tools } from "./lib/subject.js";

function files(app: H3, prefix: string, folder: string): void {
  const place = (id: string): string => join(folder, id.slice(`${prefix}/files`.length));
  app.get(`${prefix}/files/**`, (event) =>
    serveStatic(event, {
      getContents: async (id) => (await readFile(place(id))) as Uint8Array<ArrayBuffer>,
      getMeta: async (id) => {
        const found = await stat(place(id)).catch(() => undefined);
        return found?.isFile() === true
          ? {
              size: found.size,
              mtime: found.mtimeMs,
              etag: `"${found.size}-${found.mtimeMs}"`,
              type: "text/plain",
            }
          : undefined;
      },
    }),
  );
}

function bodies(app: H3, at: (path: string) => string, tools: Tools): void {
  app.post(at("/json"), async (event) => event.req.json());
  app.post(at("/limited"), async (event) => {
    assertBodySize(event, 1000);
    return event.req.json();
  });
  app.post(at("/form"), async (event) => fields(await event.req.formData()));
  app.post(at("/upload"), async (event) => upload(await event.req.formData()));
  app.post(at("/swallow"), (event) => swallow(event.req, tools));
}

behaves({
  name: "h3",
  seesWholeUrl: true,
  build(tools) {
    const app = new H3({ silent: true });
    const at = (path: string): string => `${tools.prefix}${path}`;
    app.get(at("/things/:id"), (event) => ({
      id: decodeURIComponent(event.context.params?.["id"] ?? ""),
      q: event.url.searchParams.get("q"),
    }));
    bodies(app, at, tools);
    app.get(at("/cookies"), (event) => {
      setCookie(event, "a", "1");
      setCookie(event, "b", "2", { httpOnly: true });
      return getCookie(event, "c");
    });
    app.get(at("/throw"), fail);
    app.get(at("/reject"), async () => fail());
    app.get(at("/redirect"), () => redirect("/elsewhere"));
    app.get(at("/stream"), () => stream(tools));
    app.get(at("/events"), async (event) => {
      const out = createEventStream(event);
      void out
        .push("1")
        .then(() => tools.gates.wait("events"))
        .then(() => out.push("2"))
        .then(() => out.close());
      return out.send();
    });
    app.get(at("/hang"), (event) => hang(event.req, tools));
    files(app, tools.prefix, tools.folder);
    return app;
  },
  plain: (app: H3) => onFetchHost((request) => app.fetch(request)),
  cannot: {
    gzip: "it leaves compression to what is in front",
    "gzip flush": "it leaves compression to what is in front",
    range: "its serveStatic knows no ranges",
  },
});
