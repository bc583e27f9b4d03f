/** What the TLS tests share: a server with a certificate, and clients of it. */
import type { Socket } from "node:net";
import { after } from "node:test";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { connect } from "node:tls";
import type { App } from "tack";
import type { Running } from "#src/server/handler.js";
import type { ServeOptions } from "#src/server/server.js";
import type { TlsSettings } from "#src/server/tls/settings.js";
import { local } from "../support/certificates.js";
import { started } from "./server-tools.js";

/** A TLS server that ends with its test file; certificate and key are those of this machine unless given. */
export function secured(app: App, tls: TlsSettings = {}, options: ServeOptions = {}): Promise<Running> {
  const settings = { cert: local.cert, key: local.key, ...tls };
  return started(app, { listen: ["https://127.0.0.1:0"], tls: settings, ...options });
}

/** Resolves after the handshake; the client trusts every server, and is gone with its test file. */
export function shaken(running: Running, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const port = Number(new URL(running.url).port);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
    after(() => socket.destroy());
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.off("error", reject).on("error", () => undefined);
      resolve(socket);
    });
  });
}

/** The common name of the certificate that a client is shown for a host name. */
export async function shownTo(running: Running, servername: string | undefined): Promise<string> {
  const socket = await shaken(running, servername === undefined ? {} : { servername });
  const name = String(socket.getPeerCertificate().subject.CN);
  socket.destroy();
  return name;
}

/** All that comes on a connection until the server ends it. */
export async function allOf(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (piece: string) => (text += piece));
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}
