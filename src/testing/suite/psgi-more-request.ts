/** PSGI cases for what the classic suite never asks about requests. */
import assert from "node:assert/strict";
import { BodyScript } from "../body-script.ts";
import { fromPsgi } from "../../adapter/psgi.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { digest, psgiCase, text } from "./psgi-tools.ts";
import { fixture, watched as watchedApp } from "./suite-tools.ts";

/** Gaps of the classic suite on the request side. */
export const moreRequestCases: readonly CaseDefinition[] = [
  psgiCase({
    id: "psgi-37",
    rule: "RES-13",
    title: "HEAD is told as HEAD and gets no body",
    request: { method: "HEAD" },
    app: (env) => [200, ["Content-Type", "text/plain", "X-Method", env.REQUEST_METHOD], ["a body"]],
    check: (response) => assert.equal(response.header("x-method"), "HEAD"),
    body: "",
  }),
  {
    id: "psgi-38",
    rule: "ENV-1",
    title: "every method is told exactly as sent",
    async run(kit) {
      const client = await kit.serve(fromPsgi((env) => text(env.REQUEST_METHOD)));
      for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "M-SEARCH", "brew"]) {
        assert.equal((await client.request({ method })).text(), method);
      }
    },
  },
  {
    id: "psgi-39",
    rule: "INPUT-4, INPUT-7",
    title: "a chunked body has no CONTENT_LENGTH and is read by iteration",
    async run(kit) {
      const client = await kit.serve(
        fromPsgi(async (env) => {
          assert.equal(env.CONTENT_LENGTH, undefined);
          const pieces: Uint8Array[] = [Buffer.from(await env["psgi.input"].read(3))];
          for await (const piece of env["psgi.input"]) pieces.push(Buffer.from(piece));
          return text(digest(Buffer.concat(pieces)));
        }),
      );
      const body = new BodyScript().push(fixture(10)).push(fixture(100_000)).end();
      const wanted = digest(Buffer.concat([fixture(10), fixture(100_000)]));
      assert.equal((await client.request({ method: "POST", body })).text(), wanted);
    },
  },
  psgiCase({
    id: "psgi-40",
    rule: "INPUT-4",
    title: "an expected 100 Continue lets the body follow",
    request: { method: "POST", headers: [["Expect", "100-continue"]], body: "after" },
    app: async (env) => text(Buffer.from(await env["psgi.input"].read()).toString()),
    body: "after",
  }),
  {
    id: "psgi-41",
    rule: "ENV-3, ENV-6",
    title: "absolute-form is reduced to path and query, OPTIONS * is *",
    needs: ["wire"],
    async run(kit) {
      const client = await kit.serve(
        fromPsgi((env) => text(`${env.PATH_INFO} ${env.REQUEST_URI} ${env.HTTP_HOST ?? ""}`)),
      );
      const absolute = await client.request({ path: `http://example.org${kit.mount}/p?q` });
      assert.equal(absolute.text(), `/p ${kit.mount}/p?q example.org`);
      if (kit.mount !== "") return;
      const asterisk = await client.request({ method: "OPTIONS", path: "*", headers: [["Host", "a"]] });
      assert.equal(asterisk.text(), "* * a");
    },
  },
  psgiCase({
    id: "psgi-42",
    rule: "ENV-11",
    title: "an IPv6 Host is passed on",
    request: { headers: [["Host", "[::1]:8080"]] },
    app: (env) => text(env.HTTP_HOST ?? ""),
    body: "[::1]:8080",
  }),
  psgiCase({
    id: "psgi-43",
    rule: "ENV-12, ENV-18",
    title: "framing fields have keys of their own, and a name with an underscore is never merged",
    needs: ["wire"],
    request: {
      method: "POST",
      headers: [
        ["Content-Type", "text/x"],
        ["X-A", "dash"],
        ["X_A", "underscore"],
      ],
      body: "12345",
    },
    app: (env) =>
      text(
        [
          env.CONTENT_LENGTH,
          env.CONTENT_TYPE,
          env.HTTP_CONTENT_LENGTH,
          env.HTTP_CONTENT_TYPE,
          env.HTTP_X_A,
        ].join(),
      ),
    body: "5,text/x,,,dash",
  }),
  psgiCase({
    id: "psgi-44",
    rule: "ENV-14, ENV-16",
    title: "the psgi keys have their types",
    app: (env) => {
      const flags = ["multithread", "multiprocess", "run_once", "nonblocking", "streaming"];
      return text(
        [String(env["psgi.version"]), ...flags.map((name) => typeof env[`psgi.${name}`])].join(" "),
      );
    },
    body: "1,1 boolean boolean boolean boolean boolean",
  }),
  psgiCase({
    id: "psgi-45",
    rule: "ENV-20",
    title: "bytes of header values are told as bytes",
    request: { headers: [["X-Bytes", "\u00c3\u00a9\u00ff"]] },
    app: (env) => [200, ["Content-Type", "text/plain", "X-Bytes", env.HTTP_X_BYTES ?? ""], ["ok"]],
    check: (response) => assert.equal(response.header("x-bytes"), "\u00c3\u00a9\u00ff"),
  }),
  {
    id: "psgi-46",
    rule: "INPUT-5",
    title: "reading a body that is cut short rejects",
    needs: ["disconnect"],
    async run(kit) {
      const inner = watchedApp(async ({ scope, receive, send }) => {
        let failure: unknown;
        const app = fromPsgi(async (env) => {
          try {
            for await (const piece of env["psgi.input"]) if (piece.length > 0) leave();
          } catch (error) {
            failure = error;
          }
          return text("late");
        });
        await app(scope, receive, send);
        return failure;
      });
      const client = await kit.serve(inner.app);
      const body = new BodyScript().push("part");
      const exchange = client.open({ method: "POST", headers: [["Content-Length", "10"]], body });
      const leave = (): void => exchange.disconnect();
      assert.ok((await inner.result) instanceof Error);
    },
  },
];
