/**
 * Makes certificates: for development, and for tests. The cryptography is Node's; here the parts are put together
 * (RFC 5280), which is less than any package for it would bring along.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";
import { subjectOf, TAG, writeDer, writeObjectIdentifier } from "./der.ts";

/** What shall stand in a certificate. */
export interface CertificateWish {
  /** The subject's common name. */
  readonly commonName: string;
  readonly organization?: string;
  /** Host names and IP addresses it is good for. */
  readonly names?: readonly string[];
  readonly validFrom?: Date;
  readonly validTo: Date;
  /** True for one that may sign others. */
  readonly isAuthority?: boolean;
  /** Who signs it; it signs itself when absent. */
  readonly issuer?: MadeCertificate;
  /** `ec` (P-256) when absent. */
  readonly keyType?: "ec" | "rsa";
}

/** A certificate and its private key, as PEM. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
}

const COMMON_NAME = "2.5.4.3";
const ORGANIZATION = "2.5.4.10";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
const SUBJECT_KEY = "2.5.29.14";
const AUTHORITY_KEY = "2.5.29.35";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const SHA256_WITH_RSA = "1.2.840.113549.1.1.11";

/**
 * Makes a key and a certificate for it.
 *
 * @example
 * const tomorrow = new Date(Date.now() + 86_400_000);
 * const { cert, key } = makeCertificate({ commonName: "localhost", names: ["localhost"], validTo: tomorrow });
 */
export function makeCertificate(wish: CertificateWish): MadeCertificate {
  const key = newKey(wish.keyType ?? "ec");
  const signer = wish.issuer === undefined ? key : createPrivateKey(wish.issuer.key);
  const algorithm = algorithmOf(signer);
  const toBeSigned = writeDer(
    TAG.sequence,
    writeDer(0xa0, writeDer(TAG.integer, Buffer.of(2))),
    serialNumber(),
    algorithm,
    wish.issuer === undefined ? subject(wish) : subjectOf(new X509Certificate(wish.issuer.cert).raw).whole,
    writeDer(TAG.sequence, time(wish.validFrom ?? new Date(Date.now() - 60_000)), time(wish.validTo)),
    subject(wish),
    createPublicKey(key).export({ type: "spki", format: "der" }),
    writeDer(0xa3, writeDer(TAG.sequence, ...extensions(wish), ...keyNames(key, signer))),
  );
  const signature = writeDer(TAG.bits, Buffer.of(0), sign("sha256", toBeSigned, signer));
  const der = writeDer(TAG.sequence, toBeSigned, algorithm, signature);
  return { cert: pem("CERTIFICATE", der), key: key.export({ type: "pkcs8", format: "pem" }).toString() };
}

function newKey(type: "ec" | "rsa"): KeyObject {
  if (type === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
}

function algorithmOf(signer: KeyObject): Buffer {
  if (signer.asymmetricKeyType !== "rsa")
    return writeDer(TAG.sequence, writeObjectIdentifier(ECDSA_WITH_SHA256));
  return writeDer(TAG.sequence, writeObjectIdentifier(SHA256_WITH_RSA), writeDer(TAG.null));
}

/** RFC 5280 §4.1.2.2: positive, unpredictable, at most 20 bytes. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return writeDer(TAG.integer, bytes);
}

function subject({ commonName, organization }: CertificateWish): Buffer {
  const levels: [type: string, text: string][] = [[COMMON_NAME, commonName]];
  if (organization !== undefined) levels.unshift([ORGANIZATION, organization]);
  return writeDer(
    TAG.sequence,
    ...levels.map(([type, text]) => {
      const value = writeDer(TAG.utf8, Buffer.from(text));
      return writeDer(TAG.set, writeDer(TAG.sequence, writeObjectIdentifier(type), value));
    }),
  );
}

/** RFC 5280 §4.1.2.5: two digits of the year until 2049, four from then on. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replaceAll(/[-:T]/g, "").slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? writeDer(TAG.utcTime, Buffer.from(digits.slice(2)))
    : writeDer(TAG.generalizedTime, Buffer.from(digits));
}

function extensions({ isAuthority = false, names = [] }: CertificateWish): Buffer[] {
  const yes = writeDer(TAG.boolean, Buffer.of(0xff));
  // Bits from the left: digitalSignature is the first, keyCertSign the sixth.
  const usage = isAuthority ? Buffer.of(2, 0b0000_0100) : Buffer.of(7, 0b1000_0000);
  const made = [
    extension(BASIC_CONSTRAINTS, true, writeDer(TAG.sequence, ...(isAuthority ? [yes] : []))),
    extension(KEY_USAGE, true, writeDer(TAG.bits, usage)),
  ];
  if (!isAuthority) {
    const purposes = [SERVER_AUTH, CLIENT_AUTH].map((purpose) => writeObjectIdentifier(purpose));
    made.push(extension(EXTENDED_KEY_USAGE, false, writeDer(TAG.sequence, ...purposes)));
  }
  if (names.length > 0) {
    made.push(extension(SUBJECT_ALTERNATIVE_NAME, false, writeDer(TAG.sequence, ...names.map(generalName))));
  }
  return made;
}

/** Strict clients want to know by which key a certificate was made (RFC 5280 §4.2.1.1, §4.2.1.2). */
function keyNames(key: KeyObject, signer: KeyObject): Buffer[] {
  const authority = writeDer(TAG.sequence, writeDer(0x80, keyName(signer)));
  return [
    extension(SUBJECT_KEY, false, writeDer(TAG.octets, keyName(key))),
    extension(AUTHORITY_KEY, false, authority),
  ];
}

/** RFC 7093 §2: any short hash of the public key will do. */
function keyName(key: KeyObject): Buffer {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest().subarray(0, 20);
}

function extension(type: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [writeDer(TAG.boolean, Buffer.of(0xff))] : [];
  return writeDer(TAG.sequence, writeObjectIdentifier(type), ...critical, writeDer(TAG.octets, value));
}

/** RFC 5280 §4.2.1.6: a host name is [2], an address [7]. */
function generalName(name: string): Buffer {
  const version = isIP(name);
  if (version === 0) return writeDer(0x82, Buffer.from(name, "latin1"));
  return writeDer(0x87, version === 4 ? Buffer.from(name.split(".").map(Number)) : address6(name));
}

/** The words of an IPv6 address; two colons stand for as many zeros as are missing. */
function address6(name: string): Buffer {
  const [before = [], after = []] = name
    .split("::")
    .map((part) => part.split(":").filter((word) => word !== ""));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return Buffer.from([...before, ...zeros, ...after].map((word) => word.padStart(4, "0")).join(""), "hex");
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").replaceAll(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
