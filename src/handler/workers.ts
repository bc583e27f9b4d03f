/** The default export of a module worker, with the app behind it: for Cloudflare Workers and workerd. */
import { toFetch } from "../adapter/fetch.ts";
import type { FactReader, ToFetchOptions } from "../adapter/fetch/platform.ts";
import {
  type PlatformUpgrade,
  standardSocket,
  type StandardSocket,
} from "../adapter/fetch/platform-socket.ts";
import { checkOptions } from "../http/check-options.ts";
import { UsageError } from "../http/errors.ts";
import type { App } from "../pagi/app.ts";

/** The options of {@link workers}. */
export type WorkersOptions = Pick<
  ToFetchOptions,
  "rootPath" | "log" | "files" | "lifespanTimeoutMs" | "sessions"
>;

/** As much of the platform's execution context as is used here. */
export interface WorkerExecution {
  waitUntil(work: Promise<unknown>): void;
}

/** A module worker that serves requests. */
export interface WorkerModule {
  fetch(request: Request, bindings: object, execution: WorkerExecution): Promise<Response>;
}

/**
 * Makes a module worker of an app. Lifespan startup runs before the first request of an isolate; there is no
 * shutdown, because isolates end without a word. The app finds its bindings in `scope.extensions.workers`, and what
 * it does after its response is kept alive. Nothing listens here, so this is no handler that `tackup` can run.
 * Throws a `UsageError` for anything but an app, and for wrong options.
 *
 * @example
 * export default workers(app);
 */
export function workers(app: App, options: WorkersOptions = {}): WorkerModule {
  if (typeof app !== "function") {
    throw new UsageError("workers makes a module worker of an app: export default workers(app)");
  }
  checkOptions("workers", options, {
    rootPath: "string",
    log: "function",
    files: "object",
    lifespanTimeoutMs: "number",
    sessions: "object",
  });
  const { fetch } = toFetch(app, { ...options, facts: factsOf });
  return { fetch: (request, bindings, execution) => fetch(request, bindings, execution) };
}

const factsOf: FactReader = (request, bindings, execution) => {
  const { waitUntil } = execution as WorkerExecution;
  // The field is the platform's word only where the platform has left its mark; elsewhere anybody may send it.
  const isOnPlatform = (request as { readonly cf?: object }).cf !== undefined;
  const address = isOnPlatform ? request.headers.get("cf-connecting-ip") : null;
  return {
    client: address === null ? undefined : [address, 0],
    upgrade: accept,
    extensions: { workers: { bindings: bindings as Readonly<Record<string, unknown>> } },
    waitUntil: waitUntil.bind(execution),
  };
};

/** As much of the platform's pair of sockets as is used here. */
interface WorkerSocket extends StandardSocket {
  accept(): void;
}

/** One end of the pair goes to the client with the response, the other one is ours. */
const accept: PlatformUpgrade = ({ subprotocol, headers }, events) => {
  const { WebSocketPair } = globalThis as unknown as { WebSocketPair: new () => Record<0 | 1, WorkerSocket> };
  const { 0: client, 1: own } = new WebSocketPair();
  own.accept();
  const fields = new Headers(headers.map(([name, value]): [string, string] => [name, value]));
  if (subprotocol !== undefined) fields.set("sec-websocket-protocol", subprotocol);
  const init: object = { status: 101, webSocket: client, headers: fields };
  return { socket: standardSocket(own, events), response: new Response(null, init) };
};
