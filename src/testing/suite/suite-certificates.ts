/** The certificates of the suite: made when first asked for, good for a day, trusted by nobody else. */
import { makeCertificate, type MadeCertificate } from "../../server/tls/make-certificate.ts";

/** Who is who in the cases on TLS. */
export interface SuiteCertificates {
  /** Signs the server's and the client's. */
  readonly authority: MadeCertificate;
  /** For `localhost`, 127.0.0.1 and ::1. */
  readonly server: MadeCertificate;
  readonly client: MadeCertificate;
  /** Signed by nobody but itself. */
  readonly stranger: MadeCertificate;
}

let made: SuiteCertificates | undefined;

/** The same ones each time. */
export function suiteCertificates(): SuiteCertificates {
  return (made ??= make());
}

function make(): SuiteCertificates {
  const validTo = new Date(Date.now() + 86_400_000);
  const authority = makeCertificate({ commonName: "conformance suite", isAuthority: true, validTo });
  const names = ["localhost", "127.0.0.1", "::1"];
  const person = { commonName: 'Zo\u00eb "Z" Smith', organization: "Example, Inc." };
  return {
    authority,
    server: makeCertificate({ commonName: "localhost", names, validTo, issuer: authority }),
    client: makeCertificate({ ...person, validTo, issuer: authority }),
    stranger: makeCertificate({ commonName: "stranger", validTo }),
  };
}
