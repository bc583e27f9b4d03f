/** PSGI cases: responder and writer used out of turn, and what a server keeps apart. */
import assert from "node:assert/strict";
import { fromPsgi } from "../../adapter/psgi.ts";
import type { PsgiEnv } from "../../psgi/env.ts";
import type { PsgiTriple } from "../../psgi/response.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { psgiCase, text } from "./psgi-tools.ts";
import { signal } from "./suite-tools.ts";

const TYPE = ["Content-Type", "text/plain"] as const;

/** Cases on order and separation. */
export const writerCases: readonly CaseDefinition[] = [
  psgiCase({
    id: "psgi-62",
    rule: "DELAY-5, DELAY-9",
    title: "a wrong argument of the responder throws and a right one may follow, a second response throws",
    app: () => (respond) => {
      assert.throws(() => respond([200] as unknown as PsgiTriple));
      assert.throws(() => respond([99, TYPE, ["x"]]));
      void respond(text("first"));
      assert.throws(() => respond(text("second")));
    },
    body: "first",
  }),
  psgiCase({
    id: "psgi-63",
    rule: "DELAY-12, DELAY-13",
    title: "writes that nobody awaits take effect in order, and a second close does nothing",
    app: () => (respond) => {
      const writer = respond([200, TYPE]);
      for (const piece of ["a", "b", "", "c"]) void writer.write(piece);
      void writer.close();
      void writer.close();
    },
    body: "abc",
  }),
  {
    id: "psgi-64",
    rule: "DELAY-11",
    title: "a write after close rejects",
    async run(kit) {
      const late = signal<unknown>();
      const client = await kit.serve(
        fromPsgi(() => async (respond) => {
          const writer = respond([200, TYPE]);
          await writer.write("whole");
          await writer.close();
          writer.write("late").then(late.resolve, late.resolve);
        }),
      );
      assert.equal((await client.request()).text(), "whole");
      assert.ok((await late.promise) instanceof Error);
    },
  },
  psgiCase({
    id: "psgi-65",
    rule: "DELAY-16",
    title: "for HEAD a writer works as usual and its pieces are dropped",
    request: { method: "HEAD" },
    app: () => async (respond) => {
      const writer = respond([200, TYPE]);
      assert.equal(await writer.write("dropped"), true);
      await writer.close();
    },
    body: "",
  }),
  {
    id: "psgi-66",
    rule: "BODY-10",
    title: "an error thrown by closing a body changes nothing else",
    async run(kit) {
      const pieces = ["a", "b"];
      const failing = {
        getline: () => pieces.shift(),
        close() {
          throw new Error("a close that throws");
        },
      };
      const client = await kit.serve(
        fromPsgi((env) => (env.PATH_INFO === "/" ? [200, TYPE, failing] : text("ok"))),
      );
      const response = await client.request();
      assert.deepEqual([response.status, response.text(), response.complete], [200, "ab", true]);
      assert.equal((await client.request({ path: "/next" })).text(), "ok");
    },
  },
  {
    id: "psgi-67",
    rule: "APP-3, APP-5",
    title: "each request gets an environment of its own, which the app may change",
    async run(kit) {
      const seen = new Set<PsgiEnv>();
      const client = await kit.serve(
        fromPsgi((env) => {
          seen.add(env);
          const before = String(env["suite.mark"]);
          env["suite.mark"] = "changed";
          env.PATH_INFO = "/changed";
          return text(before);
        }),
      );
      assert.equal((await client.request()).text(), "undefined");
      assert.equal((await client.request()).text(), "undefined");
      assert.equal(seen.size, 2);
    },
  },
  psgiCase({
    id: "psgi-68",
    rule: "ENV-21",
    title: "a Proxy field does not become HTTP_PROXY",
    request: { headers: [["Proxy", "http://evil.example/"]] },
    app: (env) => text(String("HTTP_PROXY" in env)),
    body: "false",
  }),
  psgiCase({
    id: "psgi-69",
    rule: "RES-12",
    title: "connection-level fields of the app do not contradict the server's framing",
    app: () => [200, [...TYPE, "Transfer-Encoding", "gzip", "Keep-Alive", "timeout=99"], ["ok"]],
    check: (response) => assert.equal(response.header("keep-alive"), undefined),
    body: "ok",
  }),
];
