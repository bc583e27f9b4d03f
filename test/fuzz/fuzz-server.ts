/**
 * The server under attack, in a process of its own: what is thrown and not caught anywhere ends it, and its
 * memory is its own. Started by fork; answers each message with a measurement.
 */
import { Buffer } from "node:buffer";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "tack";
import { standalone } from "tack/handler/standalone";
import { FUZZ_LIMITS } from "./codec.js";

/** What the server says of itself. */
export interface Measurement {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly sockets: number;
  readonly calls: number;
  readonly unsettled: number;
}

/** Where it listens: a TCP and a unix address. */
export interface FuzzAddresses {
  readonly urls: readonly string[];
}

let calls = 0;
let unsettled = 0;

/** Answers with the request's body once that is whole; counts what it is asked. */
const echo: App = async (scope, receive, send) => {
  if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
  calls++;
  unsettled++;
  try {
    const pieces: Uint8Array[] = [];
    for (let more = true; more;) {
      const event = await receive();
      if (event.type !== "http.request") return;
      pieces.push(event.body);
      more = event.more;
    }
    // Whoever looks at everything the client sent finds what is lazy and broken.
    const echoed = `${scope.method} ${scope.rawPath} ${scope.path} ${scope.queryString} ${scope.headers.length}`;
    if (echoed.includes("\n")) throw new Error(`a line end came through: ${JSON.stringify(echoed)}`);
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: Buffer.concat(pieces) });
  } finally {
    unsettled--;
  }
};

function measure(): Measurement {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  collect?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const sockets = process.getActiveResourcesInfo().filter((name) => /^(?:TCP|Pipe)SocketWrap$/.test(name));
  return { rss, heapUsed, external, sockets: sockets.length, calls, unsettled };
}

const path = join(tmpdir(), `tack-fuzz-${process.pid}.sock`);
const running = await standalone({
  ...FUZZ_LIMITS,
  listen: ["http://127.0.0.1:0", `unix:${path}`],
  headTimeoutMs: 200,
  bodyTimeoutMs: 200,
  keepAliveTimeoutMs: 200,
  lingerMs: 200,
  drainWindowMs: 0,
  // What begins with the preface of HTTP/2 is to be refused here as well: answers are read as HTTP/1.
  http2: false,
  log: ({ level, message }) => {
    // A request of a client can make nothing happen that the server calls an error.
    if (level === "error" || level === "fatal") throw new Error(`logged: ${message}`);
  },
}).run(echo);

process.on("message", () => process.send!(measure()));
process.once("disconnect", () => void running.close({ graceMs: 0 }));
process.send!({ urls: running.addresses.map(({ url }) => url) } satisfies FuzzAddresses);
