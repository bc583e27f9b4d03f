/** Runs one case: starts its servers, makes its clients, and closes all of it however the case ends. */
import type { App } from "../pagi/app.ts";
import type { ClientRequest } from "./client.ts";
import { withDeadline } from "./deadline.ts";
import type { LiveClient } from "./live-client.ts";
import type { ClientTls } from "./live-connection.ts";
import type {
  CaseDefinition,
  CaseKit,
  StartedServer,
  StartOptions,
  StartServer,
  SuiteTls,
} from "./suite-case.ts";
import { suiteCertificates } from "./suite/suite-certificates.ts";

const CASE_MS = 20_000;
const CLOSE_MS = 10_000;

/** What is the same for all cases of a run. */
export interface CaseSetting {
  readonly start: StartServer;
  readonly mount: string;
  /** Makes the client of a server. */
  readonly connect: (url: string, tls?: ClientTls) => LiveClient;
}

/** Runs a case against servers that `start` gives it. */
export async function runCase(definition: CaseDefinition, setting: CaseSetting): Promise<void> {
  const closers: (() => Promise<unknown>)[] = [];
  const kit = makeKit(setting, closers);
  try {
    await withDeadline(definition.run(kit), `case ${definition.id}`, CASE_MS);
  } finally {
    const closing = Promise.all(closers.map((close) => close()));
    await withDeadline(closing, `the servers of ${definition.id} to close`, CLOSE_MS);
  }
}

function makeKit({ start, mount, connect }: CaseSetting, closers: (() => Promise<unknown>)[]): CaseKit {
  const open = async (
    app: App,
    options: StartOptions,
    tls?: ClientTls,
  ): Promise<StartedServer & { client: LiveClient }> => {
    const server = await start(app, options);
    const client = mounted(connect(server.url, tls), mount);
    let closing: Promise<unknown> | undefined;
    const close = (): Promise<unknown> => (closing ??= client.close().then(() => server.close()));
    closers.push(close);
    return { url: server.url, close: () => (closing ??= server.close()), client };
  };
  return {
    mount,
    start: (app, limits = {}) => open(app, { limits }),
    serve: async (app, limits = {}) => (await open(app, { limits })).client,
    secure: async (app, tls) => (await open(app, { limits: {}, tls: suiteTls() }, tls)).client,
  };
}

function suiteTls(): SuiteTls {
  const { authority, server } = suiteCertificates();
  return { cert: server.cert, key: server.key, ca: authority.cert, clientCert: "request" };
}

function mounted(client: LiveClient, mount: string): LiveClient {
  const below = (request: ClientRequest = {}): ClientRequest => {
    const path = request.path ?? "/";
    return path.startsWith("/") ? { ...request, path: mount + path } : request;
  };
  return {
    ...client,
    open: (request) => client.open(below(request)),
    request: (request) => client.request(below(request)),
    session: (request = {}) => client.session({ ...request, path: mount + (request.path ?? "/") }),
  };
}
