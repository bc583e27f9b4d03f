/** All cases on the `tls` extension, over certificates of their own. */
import assert from "node:assert/strict";
import type { TlsExtension } from "../../pagi/extension.ts";
import type { ClientTls } from "../live-connection.ts";
import type { CaseDefinition, CaseKit } from "../suite-case.ts";
import { suiteCertificates } from "./suite-certificates.ts";
import { answer, watched } from "./suite-tools.ts";

/** What an app is told on a connection of a client that brings this. */
async function factsFor(kit: CaseKit, tls: ClientTls = {}): Promise<TlsExtension> {
  const { app, result } = watched(async ({ scope, send }) => {
    await answer(send);
    return scope;
  });
  const client = await kit.secure(app, tls);
  assert.equal((await client.request()).text(), "ok");
  const { scheme, extensions } = await result;
  assert.equal(scheme, "https");
  assert.ok(extensions.tls !== undefined, "tls is offered");
  return extensions.tls;
}

/** PEM without the line breaks, which are a matter of taste. */
function bare(pem: string | null | undefined): string | undefined {
  return pem?.replaceAll(/\s/g, "");
}

const VERSIONS = [
  ["TLSv1.2", 0x0303, "ECDHE-ECDSA-AES256-GCM-SHA384", 0xc02c],
  ["TLSv1.3", 0x0304, "TLS_AES_256_GCM_SHA384", 0x1302],
] as const;

/** The cases of the `tls` extension, `tls-01` and on. */
export const tlsCases: readonly CaseDefinition[] = [
  ...VERSIONS.map(([version, number, ciphers, suite], index): CaseDefinition => ({
    id: `tls-0${index + 1}`,
    rule: "EXT-TLS-1, SCOPE-6",
    title: `over ${version} the scheme is https, and tls has all six members`,
    needs: ["tls"],
    async run(kit) {
      const tls = await factsFor(kit, { minVersion: version, maxVersion: version, ciphers });
      assert.equal(bare(tls.serverCert), bare(suiteCertificates().server.cert));
      assert.deepEqual(tls.clientCertChain, []);
      assert.deepEqual([tls.clientCertName, tls.clientCertError], [null, null]);
      assert.ok(tls.tlsVersion === null || tls.tlsVersion === number, `version ${tls.tlsVersion}`);
      assert.ok(tls.cipherSuite === null || tls.cipherSuite === suite, `suite ${tls.cipherSuite}`);
    },
  })),
  {
    id: "tls-03",
    rule: "EXT-TLS-2",
    title: "a client certificate comes as a chain, leaf first, with its RFC 4514 name",
    needs: ["tls"],
    async run(kit) {
      const { client } = suiteCertificates();
      const tls = await factsFor(kit, client);
      assert.equal(bare(tls.clientCertChain[0]), bare(client.cert));
      assert.equal(tls.clientCertName, 'CN=Zo\u00eb \\"Z\\" Smith,O=Example\\, Inc.');
      assert.equal(tls.clientCertError, null);
    },
  },
  {
    id: "tls-04",
    rule: "EXT-TLS-2",
    title: "a certificate that nobody vouches for is told with its error",
    needs: ["tls"],
    async run(kit) {
      const { stranger } = suiteCertificates();
      const tls = await factsFor(kit, stranger);
      assert.equal(bare(tls.clientCertChain[0]), bare(stranger.cert));
      assert.equal(tls.clientCertName, "CN=stranger");
      assert.equal(typeof tls.clientCertError, "string");
      assert.notEqual(tls.clientCertError, "");
    },
  },
  {
    id: "tls-05",
    rule: "EXT-TLS-1",
    title: "what is told of one connection is not told of another",
    needs: ["tls"],
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        await answer(send);
        return scope.extensions.tls?.clientCertName;
      });
      const client = await kit.secure(app, suiteCertificates().stranger);
      await client.request();
      assert.equal(await result, "CN=stranger");
      assert.equal((await factsFor(kit)).clientCertName, null);
    },
  },
];
