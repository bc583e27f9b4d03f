/**
 * The cases of the Autobahn test suite, rebuilt as data and played against a live server: all of them pass. Here the
 * large ones are played a few times; `npm run autobahn` plays all of them as often as the original.
 */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createLiveClient } from "#src/testing/live-client.js";
import type { ServeOptions } from "#src/server/server.js";
import { type AutobahnCase, play, readCases } from "../support/autobahn.js";
import { deflateClient } from "../support/deflate-client.js";
import { echo, serving } from "../support/sessions.js";

const isFull = process.env["TACK_AUTOBAHN"] === "full";
const LARGE = { maxMessageBytes: 16 * 1024 * 1024, maxMessageFragments: 70_000 };

for (const name of ["framing", "utf8", "closing", "limits"]) {
  test(`autobahn, ${name}`, async (context) => {
    const served = await serving(context, echo, LARGE);
    const client = createLiveClient(served.url);
    context.after(() => client.close());
    const { cases } = readCases(name);
    for (const one of cases) {
      await context.test(`${one.id}: ${one.title}`, async () => {
        const session = await client.session();
        await play(session, one, timesOf(one)).finally(() => session.leave());
      });
    }
  });
}

function timesOf({ times = 1 }: AutobahnCase): number {
  return isFull ? times : Math.min(times, 50);
}

interface CompressionCases {
  readonly times: number;
  readonly sizes: readonly { readonly size: number; readonly fragments: number }[];
  readonly cases: readonly {
    readonly id: string;
    readonly payload: string;
    readonly binary: boolean;
    readonly offer: string;
  }[];
}

/** A stretch of text or bytes of one kind, long enough to cut any message from. */
const PAYLOADS: Readonly<Record<string, (index: number) => string>> = {
  json: (index) => `{"id":${index},"name":"item ${(index * 7919) % 1000}","price":${index / 8}},`,
  html: (index) => `<li class="row-${index % 2}"><a href="/items/${index}">Item ${index}</a></li>\n`,
  prose: (index) => `Habe nun, ach! ${index} Tage studiert, durchaus mit hei\xdfem Bem\xfchn. `,
  picture: (index) => String.fromCharCode(index & 255, (index >> 3) & 255, (index * index) & 15, 128),
  noise: (index) => String.fromCharCode((Math.imul(index ^ (index >> 3), 2654435761) >>> 11) & 255),
};

const stretches = new Map<string, Buffer>();

function stretch(payload: string, size: number): Buffer {
  const known = stretches.get(payload);
  if (known !== undefined && known.length >= size) return known;
  const made = stretched(payload, size);
  stretches.set(payload, made);
  return made;
}

function stretched(payload: string, size: number): Buffer {
  const pieces: string[] = [];
  let length = 0;
  for (let index = 0; length < size; index++) {
    const piece = PAYLOADS[payload]!(index);
    pieces.push(piece);
    length += piece.length;
  }
  return Buffer.from(pieces.join(""), "latin1");
}

/** Messages of `size` bytes, one beginning where the one before has ended. */
async function exchange(
  context: TestContext,
  url: string,
  { offer, payload, binary }: CompressionCases["cases"][number],
  { size, fragments, times }: { size: number; fragments: number; times: number },
): Promise<void> {
  const client = await deflateClient(context, url, offer);
  assert.match(client.agreed, /^permessage-deflate/);
  const source = stretch(payload, size + 4096);
  for (let count = 0; count < times; count++) {
    const at = (count * 61) % (source.length - size);
    const message = source.subarray(at, at + size);
    client.send(binary ? Buffer.from(message) : message.toString("latin1"), fragments);
    const back = await client.next();
    assert.ok(
      binary ? back.equals(message) : back.toString() === message.toString("latin1"),
      "another message",
    );
  }
}

const { cases, sizes, times } = readCases<CompressionCases>("compression");
for (const deflateContextBits of [0, 9, 15]) {
  test(`autobahn, compression with ${deflateContextBits} bits kept`, async (context) => {
    const options: ServeOptions = { ...LARGE, deflateMinBytes: 1, deflateContextBits };
    const served = await serving(context, echo, options);
    for (const one of cases) {
      await context.test(`${one.id}: ${one.payload}, ${one.offer}`, async (inner) => {
        for (const { size, fragments } of isFull || deflateContextBits === 0 ? sizes : sizes.slice(9)) {
          const few = size > 20_000 ? 2 : 5;
          await exchange(inner, served.url, one, { size, fragments, times: isFull ? times : few });
        }
      });
    }
  });
}
