/**
 * What a PSGI app is told about its request. Types only. Rules: `spec/PSGI.md` (ENV-*, INPUT-*, ERR-*, EXT-*).
 */
import type { PsgiHeaders } from "./response.ts";

/** The request body. */
export interface PsgiInput extends AsyncIterable<Uint8Array> {
  /** Up to `length` bytes (whatever is there when absent); an empty array is the end. */
  read(length?: number): Promise<Uint8Array>;
  /** Only when `psgix.input.buffered` is true. Moves to `position` bytes; `whence` 0 start, 1 here, 2 end. */
  seek?(position: number, whence?: 0 | 1 | 2): boolean;
}

/** Where an app reports trouble. */
export interface PsgiErrors {
  print(text: string): boolean;
}

/** One entry for `psgix.logger`. */
export interface PsgiLogEntry {
  readonly level: "debug" | "info" | "warn" | "error" | "fatal";
  readonly message: string;
}

/** Takes the raw connection away from the server. */
export interface PsgiIo {
  take(): { readonly socket: unknown; readonly head: Uint8Array };
}

/**
 * The environment: CGI keys as strings, `psgi.*` and `psgix.*` keys as named. One object per
 * request, shared and changed by every layer of it.
 *
 * @example
 * const app: PsgiApp = (env) => [200, ["Content-Type", "text/plain"], [`You asked for ${env.PATH_INFO}`]];
 */
export interface PsgiEnv {
  REQUEST_METHOD: string;
  SCRIPT_NAME: string;
  PATH_INFO: string;
  REQUEST_URI: string;
  QUERY_STRING: string;
  SERVER_NAME: string;
  SERVER_PORT: string;
  SERVER_PROTOCOL: string;
  CONTENT_LENGTH?: string;
  CONTENT_TYPE?: string;
  REMOTE_ADDR?: string;
  REMOTE_PORT?: string;
  REMOTE_HOST?: string;
  REMOTE_USER?: string;
  HTTPS?: string;
  [header: `HTTP_${string}`]: string | undefined;
  "psgi.version": readonly [1, 1];
  "psgi.url_scheme": "http" | "https";
  "psgi.input": PsgiInput;
  "psgi.errors": PsgiErrors;
  "psgi.multithread": boolean;
  "psgi.multiprocess": boolean;
  "psgi.run_once": boolean;
  "psgi.nonblocking": boolean;
  "psgi.streaming": boolean;
  "psgix.io"?: PsgiIo;
  "psgix.input.buffered"?: boolean;
  "psgix.logger"?: (entry: PsgiLogEntry) => void;
  "psgix.session"?: Record<string, unknown>;
  "psgix.session.options"?: Record<string, unknown>;
  "psgix.harakiri"?: boolean;
  "psgix.harakiri.commit"?: boolean;
  "psgix.cleanup"?: boolean;
  "psgix.cleanup.handlers"?: ((env: PsgiEnv) => unknown)[];
  "psgix.informational"?: (status: number, headers: PsgiHeaders) => Promise<void>;
  [key: string]: unknown;
}
