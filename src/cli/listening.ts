/** Where to listen, from `--listen`, `--host`, `--port` and `--tls-*`; and how an address is announced. */
import { UsageError } from "../http/errors.ts";
import type { ListenAddress } from "../server/handler.ts";
import { bracketed, listenUrl, parseListen, type ListenTarget } from "../server/listen-url.ts";
import type { TackOptions } from "../server/options.ts";
import { selfSignedFile } from "../server/tls/self-signed.ts";
import { mergeTls, type TlsSettings } from "../server/tls/settings.ts";

/**
 * The targets the options ask for. Throws a `UsageError` for a URL that cannot be read.
 *
 * @example
 * listenTargets(options).map(listenUrl); // ["http://127.0.0.1:8225"]
 */
export function listenTargets(options: TackOptions): ListenTarget[] {
  const common = commonTls(options);
  return places(options, common.cert !== undefined).map((place) => {
    const target = parseListen(place);
    return target.tls === undefined ? target : { ...target, tls: mergeTls(target.tls, common) };
  });
}

function places({ listen, host, port }: TackOptions, isSecure: boolean): readonly string[] {
  if (listen.length > 0) return listen;
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  return [`${isSecure ? "https" : "http"}://${bracketed(bare)}:${port}`];
}

function commonTls(options: TackOptions): TlsSettings {
  const all = {
    cert: options.tlsSelfSigned ? selfSigned(options) : someOf(options.tlsCert),
    key: someOf(options.tlsKey),
    ca: someOf(options.tlsCa),
    clientCert: options.tlsClientCert,
    minVersion: options.tlsMinVersion,
    ciphers: options.tlsCiphers,
    passphraseFile: options.tlsPassphraseFile,
    passphraseEnv: options.tlsPassphraseEnv,
    ticketKeys: options.tlsTicketKeys,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Made at the first call; all further ones, in children too, find it where it is kept. */
function selfSigned({ tlsCert, tlsKey }: TackOptions): readonly string[] {
  if (tlsCert.length + tlsKey.length === 0) return [selfSignedFile()];
  throw new UsageError("give --tls-self-signed, or --tls-cert and --tls-key, not both");
}

function someOf(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}

/** The line that says that connections are accepted. */
export function readyLine(server: string, url: string): string {
  return `Tack (${server}) accepting connections at ${url.startsWith("http") ? withSlash(url) : url}`;
}

/** The URLs of a running server. */
export function urlsOf(addresses: readonly ListenAddress[]): string[] {
  return addresses.map(({ url }) => url);
}

/** The targets as a handler reads them. */
export function listenUrls(options: TackOptions): string[] {
  return listenTargets(options).map(listenUrl);
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
