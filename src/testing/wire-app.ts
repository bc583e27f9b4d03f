/** The standard apps behind wire cases. Each does one thing; `wire/README.md` lists them. */
import { Buffer } from "node:buffer";
import type { App, Receive, Send } from "../pagi/app.ts";
import type { Headers, HttpScope } from "../pagi/scope.ts";

type HttpApp = (scope: HttpScope, receive: Receive, send: Send) => Promise<void>;

interface ReadBody {
  readonly bytes: Buffer;
  readonly trailers: Headers;
  /** False when the client left before the end of the body. */
  readonly whole: boolean;
}

const TEXT: Headers = [["content-type", "text/plain"]];

/** The name of a standard app. */
export type WireAppName =
  | "hello"
  | "echo"
  | "describe"
  | "early"
  | "stream"
  | "trailers"
  | "status"
  | "length"
  | "hop"
  | "hints"
  | "throws"
  | "cut"
  | "hold";

const APPS: Readonly<Record<WireAppName, HttpApp>> = {
  hello: async (_scope, _receive, send) => reply(send, 200, "hello"),
  echo,
  describe,
  early: async (_scope, _receive, send) => reply(send, 200, "early"),
  stream,
  trailers: sendTrailers,
  status: sendStatus,
  length: announceLength,
  hop: sendHopByHop,
  hints: sendHints,
  throws: async () => Promise.reject(new Error("thrown by the wire app")),
  cut: async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200, headers: TEXT });
    await send({ type: "http.response.body", body: "part", more: true });
  },
  hold: holdUntilBody,
};

/** True for the name of a standard app. */
export function isWireApp(name: string): name is WireAppName {
  return Object.hasOwn(APPS, name);
}

/** The standard app of that name. */
export function wireApp(name: WireAppName): App {
  const app = APPS[name];
  return async (scope, receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    await app(scope, receive, send);
  };
}

/** Reads the request body to its end. */
export async function readBody(receive: Receive): Promise<ReadBody> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const event = await receive();
    if (event.type !== "http.request") return { bytes: Buffer.concat(pieces), trailers: [], whole: false };
    pieces.push(event.body);
    if (!event.more) return { bytes: Buffer.concat(pieces), trailers: event.trailers ?? [], whole: true };
  }
}

async function reply(
  send: Send,
  status: number,
  body: string | Uint8Array,
  type = "text/plain",
): Promise<void> {
  await send({ type: "http.response.start", status, headers: [["content-type", type]] });
  await send({ type: "http.response.body", body });
}

async function echo(_scope: HttpScope, receive: Receive, send: Send): Promise<void> {
  const { bytes, whole } = await readBody(receive);
  if (whole) await reply(send, 200, bytes, "application/octet-stream");
}

async function describe(scope: HttpScope, receive: Receive, send: Send): Promise<void> {
  const { bytes, trailers, whole } = await readBody(receive);
  if (!whole) return;
  const { method, path, rawPath, queryString, httpVersion, scheme } = scope;
  const seen = {
    method,
    path,
    rawPath,
    queryString,
    httpVersion,
    scheme,
    headers: grouped(scope.headers),
    trailers: grouped(trailers),
    body: bytes.toString("latin1"),
  };
  await reply(send, 200, JSON.stringify(seen), "application/json");
}

function grouped(headers: Headers): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, value] of headers) (groups[name] ??= []).push(value);
  return groups;
}

async function stream(_scope: HttpScope, _receive: Receive, send: Send): Promise<void> {
  await send({ type: "http.response.start", status: 200, headers: TEXT });
  for (const body of ["one", "", "two"]) await send({ type: "http.response.body", body, more: true });
  await send({ type: "http.response.body", body: "three" });
}

async function sendTrailers(_scope: HttpScope, _receive: Receive, send: Send): Promise<void> {
  await send({ type: "http.response.start", status: 200, headers: TEXT, trailers: true });
  await send({ type: "http.response.body", body: "body" });
  await send({ type: "http.response.trailers", headers: [["x-checksum", "abc"]] });
}

/** `/204` answers 204, and so on; `/204/body` tries to send a body with it. */
async function sendStatus(scope: HttpScope, _receive: Receive, send: Send): Promise<void> {
  const [, status, extra] = scope.path.split("/");
  const code = /^[2-5][0-9]{2}$/.test(status ?? "") ? Number(status) : 200;
  await send({ type: "http.response.start", status: code, headers: [["x-status", String(code)]] });
  await send({ type: "http.response.body", body: extra === "body" ? "body" : "" });
}

async function announceLength(scope: HttpScope, _receive: Receive, send: Send): Promise<void> {
  const headers: Headers = [...TEXT, ["content-length", "11"]];
  await send({ type: "http.response.start", status: 200, headers });
  if (scope.method === "HEAD") await send({ type: "http.response.body" });
  else await send({ type: "http.response.body", body: "hello world" });
}

async function sendHopByHop(_scope: HttpScope, _receive: Receive, send: Send): Promise<void> {
  const headers: Headers = [
    ...TEXT,
    ["connection", "x-private"],
    ["transfer-encoding", "gzip"],
    ["keep-alive", "timeout=99"],
    ["proxy-connection", "keep-alive"],
    ["x-private", "1"],
  ];
  await send({ type: "http.response.start", status: 200, headers });
  await send({ type: "http.response.body", body: "hop" });
}

async function sendHints(scope: HttpScope, _receive: Receive, send: Send): Promise<void> {
  if (scope.extensions.earlyHints !== undefined) {
    const headers: Headers = [["link", "</style.css>; rel=preload"]];
    await send({ type: "http.response.informational", status: 103, headers });
  }
  await reply(send, 200, "after hints");
}

/** Starts to answer at once and ends when the request body has ended. */
async function holdUntilBody(_scope: HttpScope, receive: Receive, send: Send): Promise<void> {
  await send({ type: "http.response.start", status: 200, headers: TEXT });
  await send({ type: "http.response.body", body: "held ", more: true });
  const { bytes, whole } = await readBody(receive);
  if (whole) await send({ type: "http.response.body", body: bytes });
}
