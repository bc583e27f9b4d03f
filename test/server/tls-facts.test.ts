/** The names in certificates, as RFC 4514 writes them. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { TAG, writeDer, writeObjectIdentifier } from "#src/server/tls/der.js";
import { subjectName } from "#src/server/tls/distinguished-name.js";
import { cipherSuiteNumber } from "#src/server/tls/cipher-suites.js";
import { certificateFor } from "../support/certificates.js";

type Attribute = readonly [type: string, tag: number, value: string | Uint8Array];

/** As much of a certificate as has a subject: levels of attributes. */
function withSubject(levels: readonly (readonly Attribute[])[], hasVersion = true): Buffer {
  const sets = levels.map((level) => {
    const attributes = level.map(([type, tag, value]) =>
      writeDer(TAG.sequence, writeObjectIdentifier(type), writeDer(tag, Buffer.from(value))),
    );
    return writeDer(TAG.set, ...attributes);
  });
  const empty = writeDer(TAG.sequence);
  const version = hasVersion ? [writeDer(0xa0, writeDer(TAG.integer, Buffer.of(2)))] : [];
  const serial = writeDer(TAG.integer, Buffer.of(1));
  const subject = writeDer(TAG.sequence, ...sets);
  return writeDer(TAG.sequence, writeDer(TAG.sequence, ...version, serial, empty, empty, empty, subject));
}

const CN = "2.5.4.3";
const utf8 = (value: string): Attribute => [CN, TAG.utf8, value];

const NAMES: [what: string, levels: readonly (readonly Attribute[])[], name: string][] = [
  ["no subject", [], ""],
  ["the most special part first", [[["2.5.4.6", TAG.printable, "NL"]], [utf8("a")]], "CN=a,C=NL"],
  ["a level of two", [[["2.5.4.11", TAG.utf8, "Sales"], utf8("J.  Smith")]], "OU=Sales+CN=J.  Smith"],
  [
    "all short names",
    [
      [["2.5.4.7", TAG.utf8, "l"]],
      [["2.5.4.8", TAG.utf8, "st"]],
      [["2.5.4.9", TAG.utf8, "street"]],
      [["2.5.4.10", TAG.utf8, "o"]],
      [["0.9.2342.19200300.100.1.1", TAG.utf8, "uid"]],
      [["0.9.2342.19200300.100.1.25", TAG.ia5, "dc"]],
    ],
    "DC=dc,UID=uid,O=o,STREET=street,ST=st,L=l",
  ],
  ["specials", [[utf8('a"b+c,d;e<f>g\\h')]], 'CN=a\\"b\\+c\\,d\\;e\\<f\\>g\\\\h'],
  ["a number sign and spaces at the ends", [[utf8("#a ")], [utf8(" b#")]], "CN=\\ b#,CN=\\#a\\ "],
  ["nothing but a space", [[utf8(" ")]], "CN=\\ "],
  ["two spaces", [[utf8("  ")]], "CN=\\ \\ "],
  ["a zero", [[utf8("a\0b")]], "CN=a\\00b"],
  ["letters beyond ASCII", [[utf8("Lu\u010di\u0107")]], "CN=Lu\u010di\u0107"],
  ["a BMP string", [[[CN, TAG.bmp, Uint8Array.of(0x01, 0x0d, 0x00, 0x61)]]], "CN=\u010da"],
  ["a Teletex string", [[[CN, TAG.teletex, Uint8Array.of(0xe9)]]], "CN=\u00e9"],
  ["a type without a name", [[["1.3.6.1.4.1.1466.0", TAG.octets, "Hi"]]], "1.3.6.1.4.1.1466.0=#04024869"],
  ["a value that is no text", [[[CN, TAG.bits, Uint8Array.of(0, 1)]]], "CN=#03020001"],
];

for (const [what, levels, name] of NAMES) {
  test(`EXT-TLS-2: the name of a subject: ${what}`, () => {
    assert.equal(subjectName(withSubject(levels)), name);
    assert.equal(subjectName(withSubject(levels, false)), name);
  });
}

test("a real certificate has the name that it was given", () => {
  const { cert } = certificateFor(["a.test"], { organization: "Acme, Inc." });
  assert.equal(subjectName(new X509Certificate(cert).raw), "CN=a.test,O=Acme\\, Inc.");
  const long = certificateFor([], { commonName: "x".repeat(300) });
  assert.equal(subjectName(new X509Certificate(long.cert).raw), `CN=${"x".repeat(300)}`);
});

test("what is no certificate is refused, wherever it ends", () => {
  const whole = withSubject([[utf8("a")]]);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => subjectName(whole.subarray(0, length)), RangeError, `${length} bytes`);
  }
});

test("a cipher suite has its registered number, an unknown one none", () => {
  assert.equal(cipherSuiteNumber("TLS_AES_128_GCM_SHA256"), 0x1301);
  assert.equal(cipherSuiteNumber("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), 0xcca8);
  assert.equal(cipherSuiteNumber("toString"), null);
});
