/** The `tls` extension of a connection (EXT-TLS-1, EXT-TLS-2). */
import type { X509Certificate } from "node:crypto";
import type { CipherNameAndProtocol, TLSSocket } from "node:tls";
import type { TlsExtension } from "../../pagi/extension.ts";
import { cipherSuiteNumber } from "./cipher-suites.ts";
import { subjectName } from "./distinguished-name.ts";

const VERSIONS: Readonly<Record<string, number>> = {
  TLSv1: 0x0301,
  "TLSv1.1": 0x0302,
  "TLSv1.2": 0x0303,
  "TLSv1.3": 0x0304,
};

/** A chain that leads in circles ends somewhere. */
const MAX_CHAIN = 10;

/** The server's certificates as text: made once for each, not for each connection. */
const pemOfServer = new Map<string, string>();

/**
 * What is known of a connection after its handshake. What costs little is taken at once: an app may ask when the client
 * has left, and then there is no connection to look at. A resumed session remembers the client's certificate without the
 * chain above it.
 *
 * @example
 * const facts = new TlsFacts(socket);
 * facts.extension.tlsVersion; // 0x0304
 */
export class TlsFacts {
  readonly #socket: TLSSocket;
  readonly #client: X509Certificate | undefined;
  readonly #protocol: string | null;
  readonly #cipher: string;
  #extension: TlsExtension | undefined;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#client = socket.getPeerX509Certificate();
    this.#protocol = socket.getProtocol();
    // Null when the client has left in the turn of its handshake.
    const cipher = socket.getCipher() as CipherNameAndProtocol | null | undefined;
    this.#cipher = cipher?.standardName ?? "";
  }

  get extension(): TlsExtension {
    return (this.#extension ??= this.#make());
  }

  #make(): TlsExtension {
    const client = this.#client;
    const { authorizationError } = this.#socket;
    return {
      serverCert: serverPem(this.#socket),
      clientCertChain: chainOf(client),
      clientCertName: client === undefined ? null : subjectName(client.raw),
      // Without a certificate there is none to find fault with.
      clientCertError: client === undefined || !authorizationError ? null : String(authorizationError),
      tlsVersion: VERSIONS[this.#protocol ?? ""] ?? null,
      cipherSuite: cipherSuiteNumber(this.#cipher),
    };
  }
}

function serverPem(socket: TLSSocket): string | null {
  const own = socket.getX509Certificate() as X509Certificate | null | undefined;
  if (!own) return null;
  const { fingerprint256 } = own;
  let pem = pemOfServer.get(fingerprint256);
  if (pem === undefined) {
    // Certificates come and go with reloads; what is not used any more is not worth keeping.
    if (pemOfServer.size >= 100) pemOfServer.clear();
    pem = own.toString();
    pemOfServer.set(fingerprint256, pem);
  }
  return pem;
}

function chainOf(leaf: X509Certificate | undefined): string[] {
  const chain: string[] = [];
  for (let next = leaf; next !== undefined && chain.length < MAX_CHAIN; next = next.issuerCertificate) {
    const pem = next.toString();
    if (chain.includes(pem)) break;
    chain.push(pem);
  }
  return chain;
}
