/** PSGI cases for what the classic suite never asks about responses. */
import assert from "node:assert/strict";
import { fromPsgi } from "../../adapter/psgi.ts";
import type { PsgiBody, PsgiResponse, PsgiWriter } from "../../psgi/response.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { closeCounter, handleOf, psgiCase } from "./psgi-tools.ts";
import { fixture, signal } from "./suite-tools.ts";

const TYPE = ["Content-Type", "text/plain"] as const;

/** Gaps of the classic suite on the response side. */
export const moreResponseCases: readonly CaseDefinition[] = [
  psgiCase({
    id: "psgi-47",
    rule: "RES-11",
    title: "an array has its length computed or is chunked, never both",
    app: () => [200, TYPE, ["one", "", "two"]],
    check: (response) =>
      assert.ok(
        (response.header("content-length") === "6") !== (response.header("transfer-encoding") === "chunked"),
      ),
    body: "onetwo",
  }),
  {
    id: "psgi-48",
    rule: "BODY-1, BODY-4",
    title: "every kind of body is sent",
    async run(kit) {
      const kinds: Readonly<Record<string, () => PsgiBody>> = {
        array: () => ["a", Uint8Array.of(98), "c"],
        empty: () => [],
        handle: () => handleOf(Buffer.from("abc"), undefined, 1),
        promised: () => promisedHandle(["a", "bc"]),
        iterable: () => new Set(["a", "b", "c"]),
        generator: () => generated(),
        stream: () => ReadableStream.from(["a", "b", "c"]) as ReadableStream<string>,
      };
      const client = await kit.serve(fromPsgi((env) => [200, TYPE, kinds[env.PATH_INFO.slice(1)]?.() ?? []]));
      for (const kind of Object.keys(kinds)) {
        const response = await client.request({ path: `/${kind}` });
        assert.equal(response.text(), kind === "empty" ? "" : "abc", kind);
        assert.ok(response.complete, kind);
      }
    },
  },
  {
    id: "psgi-49",
    rule: "BODY-8, BODY-5",
    title: "a body that throws is a 500 or an incomplete response, and is closed",
    async run(kit) {
      const closed = [closeCounter(), closeCounter()] as const;
      const throwing = (after: number): PsgiBody => {
        let count = 0;
        return {
          getline() {
            if (count++ === after) throw new Error("a body that throws");
            return "piece";
          },
          close: closed[after === 0 ? 0 : 1].close,
        };
      };
      const client = await kit.serve(fromPsgi((env) => [200, TYPE, throwing(Number(env.QUERY_STRING))]));
      const outcomes = [];
      for (const after of [0, 3]) {
        const response = await client.request({ path: `/?${after}` }).catch(() => undefined);
        outcomes.push(response === undefined || response.status === 500 || !response.complete);
      }
      assert.deepEqual(outcomes, [true, true]);
      await closed[0].once();
      await closed[1].once();
    },
  },
  {
    id: "psgi-50",
    rule: "RES-13, BODY-5",
    title: "a body is closed once for HEAD as well",
    async run(kit) {
      const closed = closeCounter();
      const client = await kit.serve(fromPsgi(() => [200, TYPE, handleOf(Buffer.from("abc"), closed.close)]));
      assert.equal((await client.request({ method: "HEAD" })).body.length, 0);
      await closed.once();
    },
  },
  {
    id: "psgi-51",
    rule: "BODY-5, BODY-9",
    title: "a body is asked for no more and closed once when the client leaves",
    needs: ["disconnect", "backpressure"],
    async run(kit) {
      const closed = signal<number>();
      let asked = 0;
      const piece = fixture(256 * 1024);
      const endless = {
        getline: () => (asked++, Promise.resolve(piece)),
        close: () => closed.resolve(asked),
      };
      const client = await kit.serve(fromPsgi(() => [200, TYPE, endless]));
      const exchange = client.open();
      await exchange.read();
      exchange.disconnect();
      assert.equal(await closed.promise, asked);
    },
  },
  {
    id: "psgi-52",
    rule: "DELAY-6",
    title: "the responder and the writer work at any later time",
    async run(kit) {
      const client = await kit.serve(
        fromPsgi(() => (respond) => {
          setImmediate(() => {
            const writer = respond([200, TYPE]);
            setImmediate(() => void writer.write("later").then(() => writer.close()));
          });
        }),
      );
      assert.equal((await client.request()).text(), "later");
    },
  },
  {
    id: "psgi-53",
    rule: "DELAY-7, DELAY-8",
    title: "a delayed app that throws is a 500 before the head and an incomplete response after",
    async run(kit) {
      const client = await kit.serve(
        fromPsgi((env) => async (respond) => {
          if (env.PATH_INFO === "/late") await respond([200, TYPE]).write("part");
          throw new Error("a delayed app that throws");
        }),
      );
      assert.equal((await client.request({ path: "/early" })).status, 500);
      assert.equal((await client.request({ path: "/late" })).complete, false);
    },
  },
  {
    id: "psgi-54",
    rule: "DELAY-10, DELAY-14",
    title: "a writer learns that the client has gone",
    needs: ["disconnect"],
    async run(kit) {
      const opened = signal<PsgiWriter>();
      const client = await kit.serve(
        fromPsgi(() => async (respond) => {
          const writer = respond([200, TYPE]);
          await writer.write("part");
          opened.resolve(writer);
        }),
      );
      const exchange = client.open();
      await exchange.read();
      const writer = await opened.promise;
      assert.equal(writer.signal.aborted, false);
      const aborted = new Promise((resolve) => writer.signal.addEventListener("abort", resolve));
      exchange.disconnect();
      await aborted;
      assert.equal(await writer.write("lost"), false);
      await writer.close();
    },
  },
  {
    id: "psgi-55",
    rule: "APP-6, RES-1, RES-2",
    title: "an invalid response is answered 500",
    async run(kit) {
      const wrong: readonly unknown[] = [
        null,
        [200, TYPE],
        [200, { a: "b" }, []],
        [99, TYPE, ["x"]],
        [200, ["Odd"], ["x"]],
        [200, ["X-A", "b\r\nX-Evil: 1"], ["x"]],
        [200, TYPE, "a bare string"],
      ];
      const client = await kit.serve(fromPsgi((env) => wrong[Number(env.QUERY_STRING)] as PsgiResponse));
      for (const index of wrong.keys()) {
        assert.equal((await client.request({ path: `/?${index}` })).status, 500, `response ${index}`);
      }
    },
  },
];

function promisedHandle(pieces: string[]): PsgiBody {
  return { getline: () => Promise.resolve(pieces.shift() ?? null) };
}

async function* generated(): AsyncGenerator<string> {
  yield "a";
  yield "";
  yield "bc";
}
