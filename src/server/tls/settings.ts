/** What a listener speaks TLS with, as people write it: in code, in options, in the query of a listen URL. */

/** Whether clients are asked for a certificate, and whether they may do without a good one. */
export type ClientCertPolicy = "none" | "request" | "require";

/** Certificates and how strict to be. Where a file name is wanted for `cert`, `key` and `ca`, PEM text will do. */
export interface TlsSettings {
  /** Certificate chains, leaf first. Of several the first is for clients that name no host we have one for. */
  readonly cert?: string | readonly string[];
  /** Their private keys, in the same order; absent when each stands in the file of its certificate. */
  readonly key?: string | readonly string[];
  /** Whose signature makes a client's certificate good; the authorities of the system when absent. */
  readonly ca?: string | readonly string[];
  readonly clientCert?: ClientCertPolicy;
  readonly minVersion?: "1.2" | "1.3";
  /** Cipher suites in OpenSSL's words, for those who must. */
  readonly ciphers?: string;
  /** A file whose first line opens an encrypted key. */
  readonly passphraseFile?: string;
  /** The name of an environment variable that opens an encrypted key. */
  readonly passphraseEnv?: string;
  /** A file of at least 32 secret bytes that several workers share, so that one resumes what another began. */
  readonly ticketKeys?: string;
}

const LISTS: Readonly<Record<string, "cert" | "key" | "ca">> = { cert: "cert", key: "key", ca: "ca" };

const TEXTS: Readonly<Record<string, keyof TlsSettings>> = {
  "client-cert": "clientCert",
  "min-version": "minVersion",
  ciphers: "ciphers",
  "passphrase-file": "passphraseFile",
  "passphrase-env": "passphraseEnv",
  "ticket-keys": "ticketKeys",
};

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "client-cert": ["none", "request", "require"],
  "min-version": ["1.2", "1.3"],
};

/**
 * Reads the TLS part of a listen URL's query: `cert=a.pem&key=a.key&min-version=1.3`; a bare `tls` is TLS with the
 * settings of the server. Gives `undefined` without any of it. `refuse` throws what is wrong with a name or value.
 *
 * @example
 * readTlsQuery([["cert", "a.pem"], ["key", "a.key"]], refuse); // { cert: ["a.pem"], key: ["a.key"] }
 */
export function readTlsQuery(
  pairs: readonly (readonly [name: string, value: string])[],
  refuse: (why: string) => never,
): TlsSettings | undefined {
  if (pairs.length === 0) return undefined;
  const settings: Record<string, string | string[]> = {};
  for (const [name, value] of pairs) {
    if (name === "tls" && value === "") continue;
    const list = Object.hasOwn(LISTS, name) ? LISTS[name] : undefined;
    const text = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
    if (list === undefined && text === undefined) refuse(`"${name}" is unknown; ${KNOWN}`);
    if (value === "") refuse(`${name} needs a value`);
    if (list !== undefined) settings[list] = [...(settings[list] ?? []), value];
    else if (text !== undefined) settings[text] = checkChoice(name, value, refuse);
  }
  return settings as TlsSettings;
}

const KNOWN = `known are tls, ${[...Object.keys(LISTS), ...Object.keys(TEXTS)].join(", ")}`;

function checkChoice(name: string, value: string, refuse: (why: string) => never): string {
  const choices = CHOICES[name];
  if (choices === undefined || choices.includes(value)) return value;
  return refuse(`${name} is ${choices.join(" or ")}, not "${value}"`);
}

/** The query that {@link readTlsQuery} reads, without a question mark. */
export function writeTlsQuery(settings: TlsSettings): string {
  const pairs: string[] = [];
  for (const [name, member] of Object.entries({ ...LISTS, ...TEXTS })) {
    for (const value of listOf(settings[member])) pairs.push(`${name}=${encodeURIComponent(value)}`);
  }
  return pairs.length === 0 ? "tls" : pairs.join("&");
}

/** One, several or none as a list. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

/**
 * The settings of one listener: its own, and for what it leaves open those of the server. Certificate, key and the
 * key's passphrase go together: a listener with a certificate of its own takes none of the others.
 *
 * @example
 * mergeTls({ minVersion: "1.3" }, { cert: "a.pem", key: "a.key" });
 */
export function mergeTls(own: TlsSettings, common: TlsSettings = {}): TlsSettings {
  if (own.cert === undefined && own.key === undefined) return { ...common, ...own };
  const { cert: _cert, key: _key, passphraseFile: _file, passphraseEnv: _env, ...rest } = common;
  return { ...rest, ...own };
}
