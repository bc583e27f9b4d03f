/** What a conformance case is and what it gets to work with. */
import type { App } from "../pagi/app.ts";
import type { Capability } from "./capability.ts";
import type { LiveClient } from "./live-client.ts";
import type { ClientTls } from "./live-connection.ts";
import type { SuiteLimits } from "./suite-limits.ts";

/** A running server under test. */
export interface StartedServer {
  /** `http://host:port`, `https://host:port` or `unix:/path`. */
  readonly url: string;
  /** Ends the server and the app's lifespan. */
  close(): Promise<unknown>;
}

/** What a case asks of the server it is given. */
export interface StartOptions {
  readonly limits: SuiteLimits;
  /** Set when the server is to speak TLS. */
  readonly tls?: SuiteTls;
}

/** How a server speaks TLS for a case. */
export interface SuiteTls {
  /** Certificate and key, as PEM. */
  readonly cert: string;
  readonly key: string;
  /** Who vouches for client certificates, as PEM. */
  readonly ca: string;
  /** Clients are asked for a certificate, and served with any or none. */
  readonly clientCert: "request";
}

/** Starts the server under test with an app; rejects when the app's startup fails. */
export type StartServer = (app: App, options: StartOptions) => Promise<StartedServer>;

/** The parts of the suite. */
export type SuiteGroup = "psgi" | "pagi" | "sse" | "ws" | "tls" | "wire";

/** What a case works with. Everything it opens is closed when it ends. */
export interface CaseKit {
  /** The prefix the server mounts every app below; empty at the root. */
  readonly mount: string;
  /** Starts a server for an app and gives a client of it whose paths go below the mount. */
  serve(app: App, limits?: SuiteLimits): Promise<LiveClient>;
  /** The same over TLS; the client brings this to its handshakes. */
  secure(app: App, tls?: ClientTls): Promise<LiveClient>;
  /** Starts a server and leaves closing it to the case; closing twice is fine. */
  start(app: App, limits?: SuiteLimits): Promise<StartedServer & { readonly client: LiveClient }>;
}

/** One case as it is written. */
export interface CaseDefinition {
  /** Group and number: `pagi-07`. Numbers never change their meaning. */
  readonly id: string;
  /** The rule it proves. */
  readonly rule: string;
  /** A sentence of behaviour. */
  readonly title: string;
  /** What the server must be able to do; all of them when several are given. */
  readonly needs?: readonly Capability[];
  run(kit: CaseKit): Promise<void>;
}

/** One case as a test runner takes it. */
export interface SuiteCase {
  readonly id: string;
  readonly group: SuiteGroup;
  /** Id, title and rule; names the reason when the server is declared to lack what the case needs. */
  readonly title: string;
  /** Set when the server is declared to lack something the case needs. */
  readonly lacking?: string;
  /** Resolves when the server behaves; rejects with an `Error` that says what differed. */
  run(): Promise<void>;
}
