/** PSGI cases on the psgix extensions. A server offers what it can, and what it offers works. */
import assert from "node:assert/strict";
import { fromPsgi } from "../../adapter/psgi.ts";
import type { PsgiEnv } from "../../psgi/env.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { psgiCase, text } from "./psgi-tools.ts";
import { signal } from "./suite-tools.ts";

/** Cases on `psgix.*`. */
export const extensionCases: readonly CaseDefinition[] = [
  {
    id: "psgi-56",
    rule: "EXT-8, EXT-10",
    title: "cleanup handlers run once, in order, after the response, and one that throws stops no other",
    needs: ["cleanup"],
    async run(kit) {
      const calls: string[] = [];
      const done = signal<PsgiEnv>();
      const client = await kit.serve(
        fromPsgi((env) => {
          assert.equal(env["psgix.cleanup"], true);
          assert.equal(env["psgix.cleanup.handlers"]?.length, 0);
          env["psgix.cleanup.handlers"]?.push(
            () => Promise.reject(new Error(`a handler that throws ${calls.push("first")}`)),
            () => void calls.push("second"),
            done.resolve,
          );
          return text("ok");
        }),
      );
      const response = await client.request();
      assert.equal(response.text(), "ok");
      assert.equal((await done.promise).REQUEST_METHOD, "GET");
      assert.deepEqual(calls, ["first", "second"]);
    },
  },
  {
    id: "psgi-57",
    rule: "EXT-10",
    title: "a slow cleanup handler does not hold the response back",
    needs: ["cleanup"],
    async run(kit) {
      const [gate, ended] = [signal(), signal()];
      const client = await kit.serve(
        fromPsgi((env) => {
          env["psgix.cleanup.handlers"]?.push(() => gate.promise.then(ended.resolve));
          return text("ok");
        }),
      );
      assert.equal((await client.request()).text(), "ok");
      gate.resolve();
      await ended.promise;
    },
  },
  psgiCase({
    id: "psgi-58",
    rule: "EXT-7",
    title: "psgix.harakiri is a boolean, and committing it harms no response",
    app: (env) => {
      env["psgix.harakiri.commit"] = env["psgix.harakiri"] === true;
      return text(typeof (env["psgix.harakiri"] ?? false));
    },
    body: "boolean",
  }),
  {
    id: "psgi-59",
    rule: "EXT-11",
    title: "psgix.informational sends a 1xx response before the final one",
    needs: ["earlyHints"],
    async run(kit) {
      const client = await kit.serve(
        fromPsgi(async (env) => {
          await env["psgix.informational"]?.(103, ["Link", "</a.css>; rel=preload"]);
          return text("ok");
        }),
      );
      const response = await client.request();
      assert.deepEqual(
        response.informational.map(({ status }) => status),
        [103],
      );
      assert.equal(response.text(), "ok");
    },
  },
  {
    id: "psgi-60",
    rule: "EXT-2",
    title: "psgix.io hands the connection over, and the server lets go of it",
    needs: ["http1", "io"],
    async run(kit) {
      const client = await kit.serve(
        fromPsgi((env) => () => {
          const taken = env["psgix.io"]?.take();
          const socket = taken?.socket as { end(text: string): void } | undefined;
          socket?.end("taken");
        }),
      );
      const connection = await client.connect();
      await connection.write(`GET ${kit.mount}/ HTTP/1.1\r\nHost: a\r\n\r\n`);
      assert.equal((await connection.source.rest()).toString(), "taken");
    },
  },
  psgiCase({
    id: "psgi-61",
    rule: "EXT-4",
    title: "psgix.logger, when offered, takes every level and never throws",
    app: (env) => {
      for (const level of ["debug", "info", "warn", "error", "fatal"] as const) {
        env["psgix.logger"]?.({ level, message: "a line from the conformance suite" });
      }
      return text("logged");
    },
    body: "logged",
  }),
];
