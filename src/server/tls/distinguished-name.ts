/** The subject of a certificate as RFC 4514 writes it, read from the certificate's own bytes (X.690 DER). */

import { type DerElement, notDer, readDer, readObjectIdentifier, subjectOf, TAG } from "./der.ts";

/** The short names of RFC 4514 §3; every other type is written in digits. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
};

/**
 * The subject's name: the most special part first, as in `CN=Ann,O=Example\, Inc.,C=NL`. An empty subject is "".
 * Throws a `RangeError` for what is no certificate.
 *
 * @example
 * subjectName(x509.raw); // "CN=client.example,O=Example"
 */
export function subjectName(certificate: Buffer): string {
  return readDer(subjectOf(certificate).content).toReversed().map(relativeName).join(",");
}

/** RFC 4514 §2.2: the attributes of one level are joined by a plus. */
function relativeName({ content }: DerElement): string {
  return readDer(content).map(attribute).join("+");
}

function attribute({ content }: DerElement): string {
  const [type, value] = readDer(content);
  if (type === undefined || value === undefined) throw notDer();
  const digits = readObjectIdentifier(type.content);
  const name = SHORT_NAMES[digits];
  const text = name === undefined ? undefined : textOf(value);
  // RFC 4514 §2.4: what has no short name, or is no text, is written as its bytes.
  return text === undefined
    ? `${name ?? digits}=#${value.whole.toString("hex")}`
    : `${name}=${escaped(text)}`;
}

function textOf({ tag, content }: DerElement): string | undefined {
  switch (tag) {
    case TAG.utf8:
      return content.toString("utf8");
    case TAG.numeric:
    case TAG.printable:
    case TAG.ia5:
      return content.toString("ascii");
    case TAG.teletex: // Latin-1 in practice
      return content.toString("latin1");
    case TAG.bmp: // big-endian UTF-16
      return content.length % 2 === 0 ? Buffer.from(content).swap16().toString("utf16le") : undefined;
    default:
      return undefined;
  }
}

/** RFC 4514 §2.4: specials get a backslash; so do a space or number sign in front, and a space behind. */
function escaped(text: string): string {
  return text.replaceAll(/["+,;<>\\]|^[ #]| $/g, "\\$&").replaceAll("\0", "\\00");
}
