/** What the PSGI cases share: a case is one app, one request and what must be seen. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { fromPsgi } from "../../adapter/psgi.ts";
import type { PsgiApp } from "../../psgi/app.ts";
import type { PsgiEnv } from "../../psgi/env.ts";
import type { PsgiHandle } from "../../psgi/response.ts";
import type { ClientRequest, ClientResponse } from "../client.ts";
import type { LiveClient } from "../live-client.ts";
import type { CaseDefinition, CaseKit } from "../suite-case.ts";
import { withDeadline } from "../deadline.ts";
import { fixture, signal } from "./suite-tools.ts";

/** The parts of a simple case. */
export interface PsgiCase extends Omit<CaseDefinition, "run"> {
  readonly request?: ClientRequest;
  readonly app: PsgiApp;
  /** The whole body, as a byte string. */
  readonly body?: string | ((kit: CaseKit, client: LiveClient) => string);
  readonly check?: (response: ClientResponse, kit: CaseKit) => void;
}

/** Makes a case that does one request; without `check` the answer must be 200, OK and text/plain. */
export function psgiCase(parts: PsgiCase): CaseDefinition {
  const { request, app, body, check, ...rest } = parts;
  return {
    ...rest,
    async run(kit) {
      const client = await kit.serve(fromPsgi(app));
      const response = await client.request(request);
      if (check === undefined) {
        const seen = [response.status, response.statusText, response.header("content-type")];
        assert.deepEqual(seen, [200, "OK", "text/plain"]);
      }
      check?.(response, kit);
      assert.ok(response.complete);
      if (body === undefined) return;
      assert.equal(response.byteString(), typeof body === "string" ? body : body(kit, client));
    },
  };
}

/** A response of text. */
export function text(body: string): readonly [number, readonly string[], readonly string[]] {
  return [200, ["Content-Type", "text/plain"], [body]];
}

/** Reads exactly CONTENT_LENGTH bytes in pieces of any size. */
export async function readAll(env: PsgiEnv): Promise<Buffer> {
  const wanted = Number(env.CONTENT_LENGTH ?? "0");
  const pieces: Uint8Array[] = [];
  for (let left = wanted; left > 0;) {
    const piece = await env["psgi.input"].read(left);
    if (piece.length === 0) break;
    pieces.push(Buffer.from(piece));
    left -= piece.length;
  }
  return Buffer.concat(pieces);
}

/** A body with `getline` and `close` over some bytes. */
export function handleOf(bytes: Uint8Array, onClose: () => void = () => {}, size = 1000): PsgiHandle {
  let at = 0;
  return {
    getline() {
      if (at >= bytes.length) return undefined;
      at += size;
      return bytes.subarray(at - size, at);
    },
    close: onClose,
  };
}

/** Counts how often a body is closed; `once` waits for the first time and checks that it was the only one. */
export interface CloseCounter {
  readonly close: () => void;
  readonly once: () => Promise<void>;
}

/** Makes a {@link CloseCounter}. */
export function closeCounter(): CloseCounter {
  let count = 0;
  const first = signal();
  return {
    close() {
      count += 1;
      first.resolve();
    },
    async once() {
      await withDeadline(first.promise, "the body to be closed");
      assert.equal(count, 1, "a body is closed once");
    },
  };
}

/** The two binary fixtures, by size, with their digests; a wrong generator shows at once. */
const DIGESTS: Readonly<Record<number, string>> = {
  2898: "01a6905f44f6d20de9b50ce922537835bf7bb34009963a145a99f6bd15fb7554",
  14750: "5632b7cb9f6530b4d70b53188b5dedeff85144d6c00629d291b5b358117400bd",
};

/** A binary fixture whose content is fixed. */
export function imageOf(size: number): Buffer {
  const bytes = fixture(size);
  assert.equal(digest(bytes), DIGESTS[size]);
  return bytes;
}

/** SHA-256 in hexadecimal. */
export function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A text that starts with `package ` and ends with a mark. */
export const TEXT_FIXTURE: string = `package fixture;\n${"a line of text\n".repeat(100)}END_MARK_FOR_TESTING`;

/** Checks an image response: type, size and digest. */
export function isImage(size: number): (response: ClientResponse) => void {
  return (response) => {
    const seen = [response.status, response.statusText, response.header("content-type")];
    assert.deepEqual(seen, [200, "OK", "image/jpeg"]);
    assert.equal(response.body.length, size);
    assert.equal(digest(response.body), DIGESTS[size]);
  };
}
