/** The surroundings of an app under the socketless client. */
import type { Extensions, Logger } from "../pagi/extension.ts";
import type { ClientAddress, ServerAddress, State } from "../pagi/scope.ts";
import type { ScopeSource } from "../server/server-scope.ts";

/** What a socketless client pretends to be. */
export interface AppClientOptions {
  /** `http` when absent. */
  readonly scheme?: "http" | "https";
  /** The prefix below which somebody in front has mounted the app; requests come without it. */
  readonly rootPath?: string;
  /** `["127.0.0.1", 40000]` when absent; `null` leaves it out, as on a unix socket. */
  readonly client?: ClientAddress | null;
  /** `["localhost", 80]` when absent. */
  readonly server?: ServerAddress;
  /** `false` takes away the lint that otherwise checks both sides of the contract around the app. */
  readonly lint?: boolean;
  /** Added to `earlyHints`, `requestTrailers`, `fullflush` and `logger`; `undefined` takes one away. */
  readonly extensions?: { readonly [Name in keyof Extensions]?: Extensions[Name] | undefined };
  /** Bytes that wait for the test from which on `send` stays pending; 65,536 when absent. */
  readonly highWaterMark?: number;
  /** Bytes below which it goes on; 16,384 when absent. */
  readonly lowWaterMark?: number;
}

/** Options with every default filled in. */
export interface AppSetting {
  readonly source: ScopeSource;
  readonly log: Logger;
  readonly highWaterMark: number;
  readonly lowWaterMark: number;
}

/** Fills in the defaults. `state` is what lifespan startup left. */
export function appSetting(options: AppClientOptions, log: Logger, state: State | undefined): AppSetting {
  const { highWaterMark = 65_536, lowWaterMark = Math.min(16_384, highWaterMark) } = options;
  const offered = { earlyHints: {}, requestTrailers: {}, fullflush: {}, logger: log, ...options.extensions };
  const present = Object.entries(offered).filter(([, value]) => value !== undefined);
  const extensions = Object.fromEntries(present) as Extensions;
  return {
    source: {
      scheme: options.scheme ?? "http",
      rootPath: options.rootPath ?? "",
      client: options.client === null ? undefined : (options.client ?? ["127.0.0.1", 40_000]),
      server: options.server ?? ["localhost", 80],
      state,
      extensionsFor: () => extensions,
    },
    log,
    highWaterMark,
    lowWaterMark,
  };
}
