/** SERVER_NAME and SERVER_PORT, which are never empty (ENV-8), also on a unix socket. */
import type { HttpScope } from "../../pagi/scope.ts";

type AddressScope = Pick<HttpScope, "server" | "scheme" | "headers">;

/** The host the server listens on; on a unix socket the host the client asked for. */
export function serverName(scope: AddressScope): string {
  const server = scope.server;
  if (server !== undefined && server[1] !== null && server[0] !== "") return server[0];
  return hostOf(scope)?.[0] ?? "localhost";
}

/** The port the server listens on; on a unix socket the port the client asked for. */
export function serverPort(scope: AddressScope): string {
  const port = scope.server?.[1];
  if (port !== undefined && port !== null) return portText(port);
  return hostOf(scope)?.[1] ?? (scope.scheme === "https" ? "443" : "80");
}

const HOST = /^(\[[\da-f:.]+\]|[^:[\]\s/?#@]+)(?::(\d{1,5}))?$/i;

function hostOf(scope: AddressScope): [name: string, port: string | undefined] | undefined {
  const host = scope.headers.find(([name]) => name === "host")?.[1];
  const match = host === undefined ? null : HOST.exec(host);
  return match === null ? undefined : [match[1]!, match[2]];
}

let lastPort = -1;
let lastText = "";

/** A server has few ports: most calls find the text of the last one. */
function portText(port: number): string {
  if (port !== lastPort) {
    lastPort = port;
    lastText = String(port);
  }
  return lastText;
}
