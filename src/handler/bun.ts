/** `tackup -s bun`: `Bun.serve` with the app behind it. Needs Bun. */
import { setTimeout as delay } from "node:timers/promises";
import type { FetchApp } from "../adapter/fetch.ts";
import type { FetchFacts } from "../adapter/fetch/platform.ts";
import type { PlatformUpgrade } from "../adapter/fetch/platform-socket.ts";
import { UsageError } from "../http/errors.ts";
import type { ServerAddress } from "../pagi/scope.ts";
import type { Handler } from "../server/handler.ts";
import { bracketed, type ListenTarget, reachableHost } from "../server/listen-url.ts";
import { BunSocket, bunSockets } from "./bun/socket.ts";
import { checkRuntimeOptions, type RuntimeOptions } from "./runtime/options.ts";
import { type RuntimeListener, runOn } from "./runtime/run.ts";

/** The options of {@link bun}. Limits that are not among them are Bun's own. */
export type BunOptions = RuntimeOptions;

/** How long answered connections get to take what is on its way to them. */
const LINGER_MS = 500;

/** As much of Bun's server as is used here. */
interface BunServer {
  readonly hostname?: string;
  readonly port?: number;
  readonly pendingRequests: number;
  requestIP(request: Request): { readonly address: string; readonly port: number } | null;
  timeout(request: Request, seconds: number): void;
  upgrade(request: Request, options: { readonly headers: Headers; readonly data: BunSocket }): boolean;
  stop(closeActiveConnections?: boolean): Promise<void>;
}

interface BunGlobal {
  serve(options: object): BunServer;
}

/**
 * Serves an app with Bun's own HTTP server. What the runtime cannot do is in `docs/runtimes.md`. `run` rejects with a
 * `UsageError` outside of Bun, when startup fails, and when a place cannot be listened on.
 *
 * @example
 * const running = await bun({ listen: ["http://127.0.0.1:8225"] }).run(app);
 */
export function bun(options: BunOptions = {}): Handler {
  checkRuntimeOptions("bun", options);
  return {
    name: "bun",
    run: async (app) => {
      const runtime = (globalThis as { readonly Bun?: BunGlobal }).Bun;
      if (runtime === undefined) throw new UsageError("the handler bun runs under Bun only");
      const listen = async (target: ListenTarget, fetchApp: FetchApp): Promise<RuntimeListener> =>
        open(runtime, target, { fetchApp, maxBodyBytes: options.maxBodyBytes });
      return runOn({ listen, facts: factsOf }, app, options);
    },
  };
}

interface Setting {
  readonly fetchApp: FetchApp;
  readonly maxBodyBytes: number | undefined;
}

function open(runtime: BunGlobal, target: ListenTarget, setting: Setting): RuntimeListener {
  const { fetchApp, maxBodyBytes } = setting;
  if (target.kind === "fd") throw new UsageError("the handler bun cannot listen on a descriptor");
  const place = target.kind === "unix" ? { unix: target.path } : { hostname: target.host, port: target.port };
  const server = runtime.serve({
    ...place,
    ...(maxBodyBytes !== undefined && { maxRequestBodySize: maxBodyBytes }),
    development: false,
    websocket: bunSockets,
    fetch: (request: Request, own: BunServer) => {
      // Bun ends a request that was silent for ten seconds; how long one may take is the app's to know.
      own.timeout(request, 0);
      return fetchApp.fetch(request, own, target);
    },
    error: () => new Response("Internal Server Error\n", { status: 500 }),
  });
  return {
    address: target.kind === "unix" ? { url: `unix:${target.path}`, path: target.path } : tcpAddress(server),
    stop: () => void server.stop(),
    end: async () => {
      // The app is done; Bun may still be writing.
      const deadline = performance.now() + LINGER_MS;
      while (server.pendingRequests > 0 && performance.now() < deadline) await delay(5);
      await server.stop(true);
    },
  };
}

function tcpAddress({ hostname = "127.0.0.1", port = 0 }: BunServer): RuntimeListener["address"] {
  return { url: `http://${bracketed(reachableHost(hostname))}:${port}`, host: hostname, port };
}

function factsOf(request: Request, server: unknown, target: unknown): FetchFacts {
  const { kind } = target as ListenTarget;
  const own = server as BunServer;
  const upgrade = upgradeOf(request, own);
  if (kind === "unix") return { server: [(target as { readonly path: string }).path, null], upgrade };
  const peer = own.requestIP(request);
  const place: ServerAddress = [own.hostname ?? "", own.port ?? 0];
  return { client: peer === null ? undefined : [plain(peer.address), peer.port], server: place, upgrade };
}

function upgradeOf(request: Request, server: BunServer): PlatformUpgrade {
  return ({ subprotocol, headers }, events) => {
    const fields = new Headers(headers.map(([name, value]): [string, string] => [name, value]));
    if (subprotocol !== undefined) fields.set("sec-websocket-protocol", subprotocol);
    const socket = new BunSocket(events);
    if (!server.upgrade(request, { headers: fields, data: socket })) {
      throw new Error("Bun does not accept this handshake");
    }
    // Bun has answered; what the handler returns is nobody's.
    return { socket, response: new Response() };
  };
}

/** A dual-stack listener reports IPv4 peers as mapped IPv6 addresses (RFC 4291 2.5.5.2). */
function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
