/** Certificates for tests: an authority, and what it has signed. */
import {
  makeCertificate,
  type CertificateWish,
  type MadeCertificate,
} from "#src/server/tls/make-certificate.js";

const DAY = 86_400_000;

/** Signs the certificates of the tests; no machine trusts it. */
export const authority: MadeCertificate = makeCertificate({
  commonName: "Tack tests",
  isAuthority: true,
  validTo: new Date(Date.now() + DAY),
});

/** A certificate of the authority for these names, good for a day. */
export function certificateFor(
  names: readonly string[],
  wish: Partial<CertificateWish> = {},
): MadeCertificate {
  const validTo = new Date(Date.now() + DAY);
  return makeCertificate({ commonName: names[0] ?? "nobody", names, validTo, issuer: authority, ...wish });
}

/** For servers on this machine. */
export const local: MadeCertificate = certificateFor(["localhost", "127.0.0.1", "::1"]);
