/** Reads a certificate and its key, and says in words for people what is wrong with them. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { domainToASCII } from "node:url";
import { UsageError } from "../../http/errors.ts";

/** A certificate that is fit for use. */
export interface Certificate {
  /** The chain as PEM, leaf first. */
  readonly cert: string;
  /** The key as PEM, not encrypted any more. */
  readonly key: string;
  /** `rsa`, `ec`, `ed25519`: several kinds for the same names are offered side by side. */
  readonly keyType: string;
  /** The host names it is good for, in lower case and ASCII; `*.` begins a wildcard. */
  readonly names: readonly string[];
  /** What an operator should know: that it has expired, for example. */
  readonly warnings: readonly string[];
}

/** Where a certificate comes from: file names or PEM text. */
export interface CertificateSource {
  readonly cert: string;
  /** The certificate's own file when absent. */
  readonly key: string | undefined;
  readonly passphrase: string | undefined;
}

/**
 * Reads and checks one certificate. Rejects with a `UsageError` when a file cannot be read, holds something else, or
 * when key and certificate do not fit.
 *
 * @example
 * const { names } = await readCertificate({ cert: "cert.pem", key: "key.pem", passphrase: undefined });
 */
export async function readCertificate(source: CertificateSource): Promise<Certificate> {
  const keySource = source.key ?? source.cert;
  const cert = await readPem(source.cert, "certificate");
  const x509 = parseCertificate(cert, nameOf(source.cert, "certificate"));
  const key = parseKey(await readPem(keySource, "key"), nameOf(keySource, "key"), source.passphrase);
  if (!x509.checkPrivateKey(key)) {
    throw new UsageError(
      `${nameOf(keySource, "the key")} does not fit the certificate ${nameOf(source.cert, "beside it")}`,
    );
  }
  return {
    cert,
    key: key.export({ type: "pkcs8", format: "pem" }).toString(),
    keyType: key.asymmetricKeyType ?? "",
    names: hostNames(x509),
    warnings: datesOf(x509, nameOf(source.cert, "given")),
  };
}

/** Reads the certificate of an authority as PEM. Rejects with a `UsageError` when it is none. */
export async function readAuthority(source: string): Promise<string> {
  const pem = await readPem(source, "authority");
  parseCertificate(pem, nameOf(source, "of the authority"));
  return pem;
}

/** True for PEM text, false for the name of a file. */
export function isPem(source: string): boolean {
  return source.includes("-----BEGIN ");
}

/** PEM text as it is, or what the file holds. */
async function readPem(source: string, what: string): Promise<string> {
  return isPem(source) ? source : (await readSecret(source, what)).toString("latin1");
}

/** The bytes of a file. Rejects with a `UsageError` that names file, trouble and user. */
export async function readSecret(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`cannot read the ${what} ${path}: ${whyUnread(error)}`, { cause: error });
  }
}

/** Why a file could not be read, for people. */
export function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES" || code === "EPERM") return `${userName()} may not read it`;
  return message;
}

function userName(): string {
  try {
    return `the user ${userInfo().username}`;
  } catch {
    return `the user with the number ${process.getuid?.()}`;
  }
}

function nameOf(source: string, otherwise: string): string {
  return isPem(source) ? otherwise : source;
}

function parseCertificate(pem: string, name: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    const isKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem);
    const why = isKey ? "it holds a key; are certificate and key swapped?" : "it holds no certificate in PEM";
    throw new UsageError(`cannot use the certificate ${name}: ${why}`, { cause: error });
  }
}

function parseKey(pem: string, name: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    throw new UsageError(`cannot use the key ${name}: ${whyNoKey(pem, passphrase)}`, { cause: error });
  }
}

function whyNoKey(pem: string, passphrase: string | undefined): string {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return "it holds no private key in PEM";
  if (!/ENCRYPTED/.test(pem)) return "it is broken, or of a kind that is not known here";
  return passphrase === undefined ? "it is encrypted and needs a passphrase" : "the passphrase is wrong";
}

/** RFC 9525: the alternative names count; the common name only where there are none, as old tools make them. */
function hostNames(x509: X509Certificate): string[] {
  const listed = Array.from((x509.subjectAltName ?? "").matchAll(/DNS:("[^"]*"|[^,]*)/g), ([, name]) =>
    (name ?? "").replaceAll('"', ""),
  );
  const common = /^CN=(.*)$/m.exec(x509.subject)?.[1];
  const names = listed.length > 0 || common === undefined ? listed : [common];
  return names.map((name) => domainToASCII(name)).filter((name) => name !== "");
}

function datesOf(x509: X509Certificate, name: string): string[] {
  const now = Date.now();
  if (now > Date.parse(x509.validTo)) return [`the certificate ${name} has expired on ${x509.validTo}`];
  if (now < Date.parse(x509.validFrom))
    return [`the certificate ${name} is not valid before ${x509.validFrom}`];
  return [];
}
