import type { App } from "#src/pagi/app.js";
import type { StartedServer, StartOptions } from "#src/testing/suite-case.js";
import type { TlsSettings } from "#src/server/tls/settings.js";
import { standalone } from "#src/handler/standalone.js";

/** Starts the standalone handler for a conformance case, silent, on a free port when no URL is given. */
export function startStandalone(
  app: App,
  { limits, tls: wanted }: StartOptions,
  listen = wanted === undefined ? "http://127.0.0.1:0" : "https://127.0.0.1:0",
  tls: TlsSettings | undefined = wanted,
): Promise<StartedServer> {
  const named = {
    maxRequestLineBytes: limits.requestLineBytes,
    maxHeaderBytes: limits.headBytes,
    maxHeaderCount: limits.headerCount,
    maxBodyBytes: limits.bodyBytes,
    headTimeoutMs: limits.headMs,
    bodyTimeoutMs: limits.bodyMs,
    maxRequestsInFlight: limits.maxExchanges,
    maxMessageBytes: limits.messageBytes,
    acceptTimeoutMs: limits.acceptMs,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  const handler = standalone({
    listen: [listen],
    ...(tls === undefined ? {} : { tls }),
    ...Object.fromEntries(given),
    log: () => {},
  });
  return handler.run(app);
}
