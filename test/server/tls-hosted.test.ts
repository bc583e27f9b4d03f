/** What hosted apps are told of TLS, in the words of their own world. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import express, { type Request, type Response } from "express";
import { fromNode, fromPsgi } from "tack";
import type { App } from "tack";
import { createLiveClient } from "tack/testing";
import type { PsgiEnv } from "#src/psgi/env.js";
import { authority, certificateFor } from "../support/certificates.js";
import { secured } from "./tls-tools.js";

/** The JSON that an app answers to a client with a certificate. */
async function toldTo(app: App): Promise<unknown> {
  const running = await secured(app, { ca: authority.cert, clientCert: "request" });
  const ann = certificateFor([], { commonName: "ann" });
  const client = createLiveClient(running.url, { cert: ann.cert, key: ann.key });
  after(() => client.close());
  return JSON.parse((await client.request()).text());
}

test("Express sees a secure request and the client's certificate", async () => {
  const app = express().get("/", (request: Request, response: Response) => {
    const socket = request.socket as unknown as {
      readonly encrypted: boolean;
      readonly authorized: boolean;
      getPeerCertificate(): { readonly subject: { readonly CN: string } };
    };
    const { CN } = socket.getPeerCertificate().subject;
    response.json([request.protocol, request.secure, socket.encrypted, socket.authorized, CN]);
  });
  assert.deepEqual(await toldTo(fromNode(app)), ["https", true, true, true, "ann"]);
});

test("ENV-15: a PSGI app sees the scheme and HTTPS", async () => {
  const app = (env: PsgiEnv): [number, string[], string[]] => {
    const told = [
      env["psgi.url_scheme"],
      env.HTTPS,
      env.SERVER_PORT === String(new URL(`https://${env.HTTP_HOST}`).port),
    ];
    return [200, ["content-type", "application/json"], [JSON.stringify(told)]];
  };
  assert.deepEqual(await toldTo(fromPsgi(app)), ["https", "on", true]);
});
