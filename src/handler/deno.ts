/** `tackup -s deno`: `Deno.serve` with the app behind it. Needs Deno. */
import { setTimeout as delay } from "node:timers/promises";
import type { FetchApp } from "../adapter/fetch.ts";
import type { FactReader } from "../adapter/fetch/platform.ts";
import {
  type PlatformUpgrade,
  standardSocket,
  type StandardSocket,
} from "../adapter/fetch/platform-socket.ts";
import { UsageError } from "../http/errors.ts";
import type { Handler } from "../server/handler.ts";
import { bracketed, type ListenTarget, reachableHost } from "../server/listen-url.ts";
import { checkRuntimeOptions, type RuntimeOptions } from "./runtime/options.ts";
import { type RuntimeListener, runOn } from "./runtime/run.ts";

/** The options of {@link deno}; `maxBodyBytes` has no place in `Deno.serve` and is left to a middleware. */
export type DenoOptions = RuntimeOptions;

/** How long answered connections get to take what is on its way to them. */
const LINGER_MS = 500;

/** An address as Deno tells it. */
interface DenoAddress {
  readonly transport: string;
  readonly hostname?: string;
  readonly port?: number;
  readonly path?: string;
}

/** As much of Deno's server as is used here. */
interface DenoServer {
  readonly addr: DenoAddress;
  readonly finished: Promise<void>;
  shutdown(): Promise<void>;
}

/** What Deno tells beside a request. */
interface DenoInfo {
  readonly remoteAddr: DenoAddress;
  /** Settles when the response was delivered, rejects when it could not be. */
  readonly completed: Promise<void>;
}

type DenoHandler = (request: Request, info: DenoInfo) => Promise<Response>;

interface DenoGlobal {
  upgradeWebSocket(request: Request, options: object): { socket: StandardSocket; response: Response };
  serve(options: object, handler: DenoHandler): DenoServer;
}

/**
 * Serves an app with Deno's own HTTP server. What the runtime cannot do is in `docs/runtimes.md`. `run` rejects with
 * a `UsageError` outside of Deno, when startup fails, and when a place cannot be listened on.
 *
 * @example
 * const running = await deno({ listen: ["http://127.0.0.1:8225"] }).run(app);
 */
export function deno(options: DenoOptions = {}): Handler {
  checkRuntimeOptions("deno", options);
  return {
    name: "deno",
    run: async (app) => {
      const runtime = (globalThis as { readonly Deno?: DenoGlobal }).Deno;
      if (runtime === undefined) throw new UsageError("the handler deno runs under Deno only");
      const listen = async (target: ListenTarget, fetchApp: FetchApp): Promise<RuntimeListener> =>
        open(runtime, target, fetchApp);
      return runOn({ listen, facts: factsOn(runtime) }, app, options);
    },
  };
}

function open(runtime: DenoGlobal, target: ListenTarget, fetchApp: FetchApp): RuntimeListener {
  if (target.kind === "fd") throw new UsageError("the handler deno cannot listen on a descriptor");
  const place = target.kind === "unix" ? { path: target.path } : { hostname: target.host, port: target.port };
  const handlers = {
    onListen: () => undefined,
    onError: () => new Response("Internal Server Error\n", { status: 500 }),
  };
  const server: DenoServer = runtime.serve({ ...place, ...handlers }, (request, info) =>
    fetchApp.fetch(request, info, server.addr),
  );
  return {
    address: addressOf(server.addr),
    stop: () => void server.shutdown(),
    // A server that is shutting down cannot be cut as well: Deno throws. The app's exchanges are over by now, so
    // nobody is waited for but clients that do not take their answer.
    end: () => Promise.race([server.finished, delay(LINGER_MS, undefined, { ref: false })]),
  };
}

function addressOf({ hostname = "", port = 0, path }: DenoAddress): RuntimeListener["address"] {
  if (path !== undefined) return { url: `unix:${path}`, path };
  return { url: `http://${bracketed(reachableHost(hostname))}:${port}`, host: hostname, port };
}

function factsOn(runtime: DenoGlobal): FactReader {
  return (request, info, local) => {
    const upgrade = upgradeOf(request, runtime);
    const { remoteAddr, completed } = info as DenoInfo;
    const { hostname, port } = remoteAddr;
    const own = local as DenoAddress;
    if (own.path !== undefined) return { server: [own.path, null], completed, upgrade };
    return {
      client: hostname === undefined || port === undefined ? undefined : [hostname, port],
      server: [own.hostname ?? "", own.port ?? 0],
      completed,
      upgrade,
    };
  };
}

/** Deno pings by itself unless it is told not to; how long a session may be quiet is the app's to know. */
function upgradeOf(request: Request, runtime: DenoGlobal): PlatformUpgrade {
  return ({ subprotocol, headers }, events) => {
    const options = { idleTimeout: 0, ...(subprotocol !== undefined && { protocol: subprotocol }) };
    const { socket, response } = runtime.upgradeWebSocket(request, options);
    for (const [name, value] of headers) response.headers.append(name, value);
    return { socket: standardSocket(socket, events), response };
  };
}
