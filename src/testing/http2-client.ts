/** The test client over HTTP/2: the same words as over HTTP/1.1, so that one case proves both. */
import { connect, type ClientHttp2Session } from "node:http2";
import { connect as connectSocket } from "node:net";
import { UsageError } from "../http/errors.ts";
import type { ClientExchange, ClientRequest } from "./client.ts";
import { Http2Exchange } from "./http2-exchange.ts";
import { openStreamSession } from "./http2-session.ts";
import type { LiveClient } from "./live-client.ts";
import { type ClientTls, targetOf } from "./live-connection.ts";

/**
 * Makes a client of the server at `url` that speaks HTTP/2, over TLS by ALPN and in the clear by prior knowledge. All of
 * its exchanges are streams of one connection; a server that says goodbye gets a new one for what follows.
 *
 * @example
 * const client = createHttp2Client("http://127.0.0.1:5000");
 * const response = await client.request({ path: "/" });
 * await client.close();
 */
export function createHttp2Client(url: string, tls?: ClientTls): LiveClient {
  const { host } = targetOf(url);
  const sessions = new Set<ClientHttp2Session>();
  let current: Promise<ClientHttp2Session> | undefined;
  const session = async (): Promise<ClientHttp2Session> => {
    const known = await current?.catch(() => undefined);
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    current = openHttp2(url, tls);
    const opened = await current;
    sessions.add(opened);
    return opened;
  };
  const open = (request: ClientRequest = {}): ClientExchange => new Http2Exchange(session(), host, request);
  return {
    url,
    open,
    connect: () => Promise.reject(new UsageError("over HTTP/2 there is no connection for raw text")),
    session: async (request) => openStreamSession(await session(), host, request),
    async request(request) {
      const exchange = open(request);
      try {
        return await exchange.response();
      } finally {
        exchange.disconnect();
      }
    },
    async close() {
      for (const opened of sessions) opened.destroy();
      sessions.clear();
    },
  };
}

/** Connects, and waits for the settings of the server. Rejects when that comes to nothing. */
function openHttp2(url: string, tls?: ClientTls): Promise<ClientHttp2Session> {
  const target = targetOf(url);
  const authority = `${target.isSecure ? "https" : "http"}://${target.host}`;
  const session = target.isSecure
    ? connect(authority, { rejectUnauthorized: false, ...tls })
    : connect(authority, { createConnection: () => connectSocket({ ...target.connect, noDelay: true }) });
  return new Promise((resolve, reject) => {
    session.once("error", reject);
    session.once("close", () => reject(new Error("the connection was closed before its settings came")));
    session.once("remoteSettings", () => {
      session.off("error", reject).on("error", () => {});
      resolve(session);
    });
  });
}
