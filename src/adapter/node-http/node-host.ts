/** Node only. What `fromNode` hosts: one request listener, or the listeners of a server that does not listen. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HttpError, UsageError } from "../../http/errors.ts";
import type { FrameworkLife } from "./framework-life.ts";
import type { NodeListener } from "./hosted-exchange.ts";

/** A listener of `upgrade`, as a server of `node:http` has it: the connection is its own. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => unknown;

/** What a hosted app does beside answering requests. */
export interface HostOptions extends FrameworkLife {
  /** Gets the connection of each request with `Upgrade`, as a listener of `upgrade` on a server of node does. */
  readonly upgrade?: UpgradeListener;
  /**
   * Runs when the server begins to stop while upgraded connections are open, and may end them in their own words: they
   * are cut at the deadline of the stop. Runs again for those that are opened after.
   */
  readonly stopping?: () => unknown;
}

/** How a hosted app takes over connections. */
export interface Upgrading {
  /** False for a request that is served as an ordinary one. */
  wants(request: IncomingMessage): boolean;
  readonly listener: UpgradeListener;
  /** A connection has heard that the server stops; `report` gets what the app makes of it. */
  stopping(report: (error: unknown) => void): void;
}

/** Where the requests of a hosted app go. */
export interface NodeHost {
  readonly listener: NodeListener;
  readonly upgrading?: Upgrading;
  /** Absent where there is nothing to start or stop. */
  readonly life?: FrameworkLife;
}

/** What a request and an upgrade listener are called with. */
type Call = [IncomingMessage, ServerResponse] | [IncomingMessage, Duplex, Buffer];

/** Newer Nodes let the server say which requests are upgraded. */
type DecidingServer = Server & { readonly shouldUpgradeCallback?: (request: IncomingMessage) => unknown };

/** The host of one listener, with an `upgrade` listener beside it or without. */
export function listenerHost(listener: NodeListener, options: HostOptions): NodeHost {
  const { upgrade, stopping, ...life } = options;
  const upgrading = upgrade && { listener: upgrade, wants: () => true, stopping: onceATurn(stopping) };
  return {
    listener,
    ...(upgrading === undefined ? undefined : { upgrading }),
    ...(life.startup === undefined && life.shutdown === undefined ? undefined : { life }),
  };
}

/**
 * The host of a server's listeners, looked up for each request: they may come and go. Its end is told by `close`.
 * Throws a `UsageError` for a server that listens by itself.
 */
export function serverHost(server: Server, options: HostOptions): NodeHost {
  checkSilent(server);
  const { shouldUpgradeCallback } = server as DecidingServer;
  return {
    listener: (request, response) => {
      const event = eventFor(server, request);
      // A server of node lets the client wait for ever.
      if (server.listenerCount(event) === 0) throw new HttpError(404, "Nobody listens to requests here.");
      return callAll(server, event, [request, response]);
    },
    upgrading: {
      wants: (request) => {
        if (server.listenerCount("upgrade") === 0) return false;
        return shouldUpgradeCallback === undefined || shouldUpgradeCallback.call(server, request) === true;
      },
      listener: (request, socket, head) => callAll(server, "upgrade", [request, socket, head]),
      stopping: onceATurn(options.stopping),
    },
    life: {
      // With a host name it begins to listen only after the name was looked up.
      startup: () => (checkSilent(server), options.startup?.()),
      shutdown: () => shutDown(server, options),
    },
  };
}

/** All connections hear of a stop in one turn; the app hears it once. */
function onceATurn(stopping: (() => unknown) | undefined): Upgrading["stopping"] {
  let isPlanned = false;
  return (report) => {
    if (isPlanned || stopping === undefined) return;
    isPlanned = true;
    setImmediate(async () => {
      isPlanned = false;
      try {
        await stopping();
      } catch (error) {
        report(error);
      }
    });
  };
}

function checkSilent(server: Server): void {
  if (!server.listening) return;
  throw new UsageError("fromNode: the server listens by itself; leave out its listen(), Tack does that");
}

/** Fields are only read when it matters: node parses them when somebody asks. */
function eventFor(server: Server, request: IncomingMessage): string {
  if (server.listenerCount("checkContinue") === 0) return "request";
  return request.headers.expect?.toLowerCase() === "100-continue" ? "checkContinue" : "request";
}

/** Not by `emit`: what an asynchronous listener rejects must not end the process. */
function callAll(server: Server, event: string, call: Call): unknown {
  const listeners = server.rawListeners(event);
  if (listeners.length === 1) return Reflect.apply(listeners[0]!, server, call) as unknown;
  return Promise.all(listeners.map((listener): unknown => Reflect.apply(listener, server, call)));
}

/** A server that never listened emits `close` all the same, which is what libraries wait for. */
async function shutDown(server: Server, life: FrameworkLife): Promise<void> {
  try {
    await life.shutdown?.();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
