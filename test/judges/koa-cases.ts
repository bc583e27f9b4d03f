/** What Koa's own suite looks at, as questions to one app: kinds of bodies, statuses, fields, errors. */
import type { RequestListener } from "node:http";
import { Readable } from "node:stream";
import Koa, { type Context } from "koa";
import type { Question } from "./compare.js";

type Step = (koa: Context) => unknown;

const steps: Record<string, Step> = {
  "/text": (koa) => (koa.body = "text"),
  "/html": (koa) => (koa.body = "<p>html</p>"),
  "/json": (koa) => (koa.body = { a: [1, null] }),
  "/bytes": (koa) => (koa.body = Buffer.from([0, 255, 10])),
  "/stream": (koa) => (koa.body = Readable.from(["one ", "two"])),
  "/sized-stream": (koa) => {
    koa.body = Readable.from(["one ", "two"]);
    koa.length = 7;
  },
  "/blob": (koa) => (koa.body = new Blob(["blob"])),
  "/web-stream": (koa) => (koa.body = new Blob(["web ", "stream"]).stream()),
  "/response": (koa) => (koa.body = new Response("made", { status: 201, headers: { "x-a": "1" } })),
  "/null": (koa) => (koa.body = null),
  "/null-json": (koa) => {
    koa.type = "json";
    koa.body = null;
  },
  "/status": (koa) => (koa.status = 202),
  "/no-content": (koa) => {
    koa.body = "left out";
    koa.status = 204;
  },
  "/not-modified": (koa) => {
    koa.body = "left out";
    koa.status = 304;
  },
  "/message": (koa) => {
    koa.status = 200;
    koa.message = "Very Well";
    koa.body = "x";
  },
  "/unknown-status": (koa) => {
    koa.res.statusCode = 700;
    koa.body = null;
  },
  "/redirect": (koa) => koa.redirect("/text?\u20ac"),
  "/back": (koa) => koa.response.back("/nowhere"),
  "/attachment": (koa) => {
    koa.attachment("\u20acuro.txt");
    koa.body = "x";
  },
  "/cookies": (koa) => {
    koa.cookies.set("a", "1", { httpOnly: false });
    koa.cookies.set("b", "2", { sameSite: "lax" });
    koa.body = koa.cookies.get("seen") ?? "none";
  },
  "/etag": (koa) => {
    koa.etag = "abc";
    koa.body = "fresh";
    if (koa.fresh) koa.status = 304;
  },
  "/vary": (koa) => {
    koa.vary("Accept");
    koa.vary("Origin");
    koa.append("x-many", ["1", "2"]);
    koa.body = koa.accepts("html", "json");
  },
  "/chunks": (koa) => {
    koa.set("Transfer-Encoding", "chunked");
    koa.body = "known length";
  },
  "/removed": (koa) => {
    koa.set("x-a", "1");
    koa.remove("x-a");
    koa.body = "x";
  },
  "/throw": (koa) => koa.throw(403, "not you", { headers: { "x-why": "because" } }),
  "/hidden": () => {
    throw new Error("secret");
  },
  "/stream-error": (koa) => {
    const error = Object.assign(new Error("gone"), { status: 404, expose: true });
    const failing: Readable = new Readable({ read: () => void failing.destroy(error) });
    koa.body = failing;
  },
  "/by-hand": (koa) => {
    koa.respond = false;
    koa.res.writeHead(203, { "x-hand": "yes", "content-length": 7 }).end("by hand");
  },
  "/facts": (koa) => {
    const { method, url, hostname, protocol, secure, ips, query, length, type } = koa.request;
    koa.body = {
      method,
      url,
      hostname,
      protocol,
      secure,
      ips,
      query,
      length,
      type,
      http: koa.req.httpVersion,
    };
  },
  "/echo": async (koa) => {
    const pieces: Buffer[] = [];
    for await (const piece of koa.req) pieces.push(piece as Buffer);
    koa.body = Buffer.concat(pieces);
  },
};

/** The app that is asked. */
export function koaListener(): RequestListener {
  const app = new Koa();
  app.silent = true;
  app.use((koa) => steps[koa.path]?.(koa));
  return app.callback() as RequestListener;
}

const plain = Object.keys(steps).map((path): Question => ({ path }));
const form = { "content-type": "application/x-www-form-urlencoded" } as const;

/** Every path with GET and HEAD, and what depends on the request. */
export const koaQuestions: readonly Question[] = [
  ...plain,
  // What would be chunks is not said to be for HEAD, and need not be (RFC 9110 9.3.2).
  ...plain.filter(({ path }) => path !== "/chunks").map(({ path }) => ({ method: "HEAD", path })),
  { path: "/nowhere" },
  { method: "OPTIONS", path: "/nowhere" },
  { path: "/etag", headers: [["if-none-match", '"abc"']] },
  { path: "/etag", headers: [["if-none-match", '"other"']] },
  { path: "/vary", headers: [["accept", "application/json"]] },
  { path: "/cookies", headers: [["cookie", "seen=before; other=1"]] },
  { path: "/back", headers: [["referrer", "/text"]] },
  { path: "/redirect", headers: [["accept", "text/html"]] },
  { path: "/throw", headers: [["accept", "text/html"]] },
  { path: "/facts?a=1&a=2&b=%20", headers: [["x-forwarded-for", "10.0.0.1"]] },
  { method: "POST", path: "/facts", headers: Object.entries(form), body: "a=1" },
  { method: "POST", path: "/echo", body: "" },
  { method: "PUT", path: "/echo", body: "x".repeat(70_000) },
  { method: "PATCH", path: "/text", body: "nobody reads this" },
];
