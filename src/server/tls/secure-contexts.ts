/** Everything a listener needs to answer handshakes: read from its settings, all of it or nothing. */
import { constants, createHash, hkdfSync, randomBytes } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { UsageError } from "../../http/errors.ts";
import { type Certificate, isPem, readAuthority, readCertificate, readSecret } from "./certificate.ts";
import { listOf, type TlsSettings } from "./settings.ts";

/** What handshakes are answered with until the next reload. */
export interface SecureContexts {
  /** What a `tls.Server` is made with; the first is for clients that name no host, or none we know. */
  readonly options: readonly [SecureContextOptions, ...SecureContextOptions[]];
  /** Which of the options is right for a client that names this host, or none (RFC 6066 §3). */
  readonly find: (servername: string | undefined) => number;
  readonly warnings: readonly string[];
}

/** TLS 1.3 and, for 1.2, what is forward secret and authenticated: the "intermediate" list of Mozilla. */
const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

const TICKET_KEY_BYTES = 48;
const LEAST_SECRET_BYTES = 32;

/**
 * Reads certificates, authorities and ticket keys. Rejects with a `UsageError` for anything that would not work.
 *
 * @example
 * const { options } = await readContexts({ cert: "cert.pem", key: "key.pem" });
 * createServer(options[0]);
 */
export async function readContexts(settings: TlsSettings): Promise<SecureContexts> {
  const certificates = await readCertificates(settings);
  const ca = await Promise.all(listOf(settings.ca).map(readAuthority));
  const ticketKeys = await readTicketKeys(settings.ticketKeys);
  const common: SecureContextOptions = {
    minVersion: settings.minVersion === "1.3" ? "TLSv1.3" : "TLSv1.2",
    ciphers: settings.ciphers ?? CIPHERS,
    // Whoever has no AES in hardware knows best that it has none.
    honorCipherOrder: false,
    // A second handshake on a TLS 1.2 connection is work for free, and could change who the client is.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ticketKeys,
    sessionIdContext: contextName(settings, ca, certificates),
    ...(ca.length === 0 ? {} : { ca }),
  };
  const groups = grouped(certificates);
  const optionsOf = (group: Group): SecureContextOptions =>
    checked({ ...common, cert: group.map(({ cert }) => cert), key: group.map(({ key }) => key) });
  const [first, ...others] = groups;
  const names = namesOf(groups);
  return {
    options: [optionsOf(first), ...others.map(optionsOf)],
    find: (servername) => (servername === undefined ? undefined : findGroup(names, servername)) ?? 0,
    warnings: certificates.flatMap(({ warnings }) => warnings),
  };
}

/** Every file the settings name: those to look at for changes. */
export function filesOf({ cert, key, ca, passphraseFile, ticketKeys }: TlsSettings): string[] {
  const sources = [cert, key, ca, passphraseFile, ticketKeys].flatMap((source) => listOf(source));
  return sources.filter((source) => !isPem(source));
}

/** Of two certificates for a name the first counts. */
function namesOf(groups: Groups): Map<string, number> {
  const names = new Map<string, number>();
  for (const [index, [{ names: own }]] of groups.entries()) {
    for (const name of own) if (!names.has(name)) names.set(name, index);
  }
  return names;
}

/** An exact name goes before a wildcard, which stands for one label (RFC 9525 §6.3). */
function findGroup(names: ReadonlyMap<string, number>, servername: string): number | undefined {
  const name = servername.toLowerCase().replace(/\.$/, "");
  const dot = name.indexOf(".");
  return names.get(name) ?? (dot > 0 ? names.get(`*${name.slice(dot)}`) : undefined);
}

async function readCertificates(settings: TlsSettings): Promise<Group> {
  const [[cert, ...certs], keys] = [listOf(settings.cert), listOf(settings.key)];
  if (cert === undefined) throw new UsageError("TLS needs a certificate: give cert, and key");
  if (keys.length > 0 && keys.length !== certs.length + 1) {
    throw new UsageError(`TLS has ${certs.length + 1} cert and ${keys.length} key: give them in pairs`);
  }
  const passphrase = await readPassphrase(settings);
  const read = (source: string, index: number): Promise<Certificate> =>
    readCertificate({ cert: source, key: keys[index], passphrase });
  const rest = Promise.all(certs.map((source, index) => read(source, index + 1)));
  return [await read(cert, 0), ...(await rest)];
}

async function readPassphrase(settings: TlsSettings): Promise<string | undefined> {
  const { passphraseFile, passphraseEnv } = settings;
  if (passphraseFile !== undefined) {
    return (await readSecret(passphraseFile, "passphrase")).toString().split(/\r?\n/, 1)[0];
  }
  if (passphraseEnv === undefined) return undefined;
  const passphrase = process.env[passphraseEnv];
  if (passphrase === undefined)
    throw new UsageError(`the variable ${passphraseEnv} with the passphrase is not set`);
  return passphrase;
}

/** Without a file each reading makes new keys: tickets end with the certificates they were given under. */
async function readTicketKeys(path: string | undefined): Promise<Buffer> {
  if (path === undefined) return randomBytes(TICKET_KEY_BYTES);
  const secret = await readSecret(path, "ticket keys");
  if (secret.length < LEAST_SECRET_BYTES) {
    throw new UsageError(
      `the ticket keys ${path} need ${LEAST_SECRET_BYTES} bytes at least, as of "openssl rand 48"`,
    );
  }
  return Buffer.from(hkdfSync("sha256", secret, "", "tack session tickets", TICKET_KEY_BYTES));
}

/**
 * A session is resumed only where it could have begun: not on a listener that asks other things of its clients. The
 * same in every worker with the same settings.
 */
function contextName(
  settings: TlsSettings,
  ca: readonly string[],
  certificates: readonly Certificate[],
): string {
  const facts = [settings.clientCert ?? "none", ca, certificates.map(({ names }) => names)];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 32);
}

type Group = [Certificate, ...Certificate[]];
type Groups = [Group, ...Group[]];

/** Certificates of several kinds for the same names go together: the client gets the one it can check. */
function grouped([first, ...others]: Group): Groups {
  const groups: Groups = [[first]];
  for (const certificate of others) {
    const group = groups.find(([{ names }]) => isSame(names, certificate.names));
    if (group === undefined) groups.push([certificate]);
    else if (group.every(({ keyType }) => keyType !== certificate.keyType)) group.push(certificate);
    else {
      const names = certificate.names.join(", ") || "no name";
      throw new UsageError(`two certificates of the same kind are for ${names}: give one`);
    }
  }
  return groups;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}

/** Tries the options out: a server that is made with them later must not fail. */
function checked(options: SecureContextOptions): SecureContextOptions {
  try {
    createSecureContext(options);
    return options;
  } catch (error) {
    throw new UsageError(`TLS cannot be set up: ${(error as Error).message}`, { cause: error });
  }
}
