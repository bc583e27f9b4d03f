/** What a platform tells beside a request, and how `toFetch` is made. */
import type { FetchContext } from "../../http/fetch-handler.ts";
import type { FileOpener } from "../../exchange/file-opener.ts";
import type { SessionLimits } from "../../exchange/frame-codec.ts";
import type { Extensions, Logger } from "../../pagi/extension.ts";
import type { ClientAddress, ServerAddress } from "../../pagi/scope.ts";
import type { PlatformUpgrade } from "./platform-socket.ts";

/** What is known of a request that its `Request` cannot say. */
export interface FetchFacts {
  readonly client?: ClientAddress | undefined;
  readonly server?: ServerAddress | undefined;
  /** Added to `scope.extensions`. */
  readonly extensions?: Extensions | undefined;
  /** Rejects when the client was lost before it had the whole response. */
  readonly completed?: Promise<unknown> | undefined;
  /** Accepts the request as a WebSocket handshake; absent where the platform cannot. */
  readonly upgrade?: PlatformUpgrade | undefined;
  /** Given the app's call, which may go on after its response. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** Reads the facts from the request and from what the platform hands over beside it. */
export type FactReader = (request: Request, ...platform: readonly unknown[]) => FetchFacts;

/** How a message app is served as a fetch handler. */
export interface ToFetchOptions {
  /** The path under which the host has mounted the handler and which it cut from the URL (PATH-11). */
  readonly rootPath?: string;
  /** Where trouble is reported; nowhere when absent. */
  readonly log?: Logger;
  /** Opens the files that apps send by path; without one such an event rejects (HTTP-14). */
  readonly files?: FileOpener;
  /** How long lifespan startup, and later shutdown, may take. @default 60_000 */
  readonly lifespanTimeoutMs?: number;
  /** Bounds of WebSocket sessions, where the platform accepts such. */
  readonly sessions?: Partial<SessionLimits>;
  /** Reads client address, extensions and `waitUntil`. @default {@link factsOf} */
  readonly facts?: FactReader;
}

/**
 * The facts in what platforms commonly hand over: the first `waitUntil` function and the first `clientAddress`
 * among the arguments. Execution contexts of Workers and service worker events have the one, the context of
 * `fromFetch` both.
 */
export const factsOf: FactReader = (_request, ...platform) => {
  let client: ClientAddress | undefined;
  let server: ServerAddress | undefined;
  let waitUntil: FetchFacts["waitUntil"];
  for (const value of platform) {
    if (typeof value !== "object" || value === null) continue;
    const context = value as Partial<FetchContext>;
    server ??= context.scope?.server;
    client ??= context.clientAddress;
    if (waitUntil === undefined && typeof context.waitUntil === "function") {
      waitUntil = (work) => context.waitUntil!(work);
    }
  }
  return { client, server, waitUntil };
};
