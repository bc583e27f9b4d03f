/** PSGI cases 19 to 36 of the classic suite. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromPsgi } from "../../adapter/psgi.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { closeCounter, imageOf, isImage, psgiCase, readAll, text } from "./psgi-tools.ts";

const LONG = "x".repeat(128);

/** `psgi-19` to `psgi-36`. */
export const secondCases: readonly CaseDefinition[] = [
  psgiCase({
    id: "psgi-19",
    rule: "RES-1",
    title: "the status line has status and reason",
    request: { path: "/foo/?dankogai=kogaidan" },
    app: () => text("1"),
    body: "1",
  }),
  {
    id: "psgi-20",
    rule: "APP-4",
    title: "an app that throws is answered 500 and the server goes on",
    async run(kit) {
      const client = await kit.serve(
        fromPsgi((env) => {
          env["psgi.errors"] = { print: () => true };
          if (env.PATH_INFO === "/") throw new Error("an exception");
          return text("alive");
        }),
      );
      const response = await client.request();
      assert.deepEqual([response.status, response.statusText], [500, "Internal Server Error"]);
      assert.equal((await client.request({ path: "/next" })).text(), "alive");
    },
  },
  psgiCase({
    id: "psgi-21",
    rule: "ENV-11",
    title: "repeated request fields are joined",
    request: {
      headers: [
        ["Foo", "bar"],
        ["Foo", "baz"],
      ],
    },
    app: (env) => text(env.HTTP_FOO ?? ""),
    check: (response) => assert.match(response.text(), /^bar, ?baz$/),
  }),
  psgiCase({
    id: "psgi-22",
    rule: "RES-6",
    title: "repeated response fields go out repeated",
    app: () => [200, ["Content-Type", "text/plain", "X-Foo", "foo", "X-Foo", "bar, baz"], ["hi"]],
    check: (response) => assert.deepEqual(response.headerAll("x-foo"), ["foo", "bar, baz"]),
    body: "hi",
  }),
  psgiCase({
    id: "psgi-23",
    rule: "ENV-13",
    title: "there is no key COOKIE",
    request: { headers: [["Cookie", "foo=bar"]] },
    app: (env) => [
      200,
      ["Content-Type", "text/plain", "X-Cookie", "COOKIE" in env ? "1" : "0"],
      [env.HTTP_COOKIE ?? ""],
    ],
    check: (response) => assert.equal(response.header("x-cookie"), "0"),
    body: "foo=bar",
  }),
  psgiCase({
    id: "psgi-24",
    rule: "RES-8, RES-10",
    title: "a 304 has no entity fields and no body",
    app: () => [304, [], []],
    check(response) {
      assert.deepEqual([response.status, response.statusText], [304, "Not Modified"]);
      for (const name of ["content-type", "content-length", "transfer-encoding"]) {
        assert.equal(response.header(name), undefined, name);
      }
    },
    body: "",
  }),
  psgiCase({
    id: "psgi-25",
    rule: "ENV-6",
    title: "REQUEST_URI is path and query as sent, the mount included",
    request: { path: "/foo/bar%20baz%73?x=a" },
    app: (env) => text(env.REQUEST_URI),
    body: (kit) => `${kit.mount}/foo/bar%20baz%73?x=a`,
  }),
  {
    id: "psgi-26",
    rule: "BODY-11, BODY-5",
    title: "a file with a path is sent and closed once",
    async run(kit) {
      const folder = await mkdtemp(join(tmpdir(), "tack-suite-"));
      try {
        const path = join(folder, "foo.jpg");
        await writeFile(path, imageOf(2898));
        const closed = closeCounter();
        const inner = psgiCase({
          id: "psgi-26",
          rule: "BODY-11",
          title: "",
          request: { path: "/foo.jpg" },
          app: () => [
            200,
            ["Content-Type", "image/jpeg", "Content-Length", "2898"],
            { path, close: closed.close },
          ],
          check: isImage(2898),
        });
        await inner.run(kit);
        await closed.once();
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  },
  psgiCase({
    id: "psgi-27",
    rule: "ENV-11",
    title: "a header value of 128 bytes is whole",
    request: { headers: [["X-Foo", LONG]] },
    app: (env) => text(env.HTTP_X_FOO ?? ""),
    body: LONG,
  }),
  psgiCase({
    id: "psgi-28",
    rule: "DELAY-1, DELAY-3",
    title: "a delayed whole response is sent",
    request: { path: "/?name=miyagawa" },
    app: (env) => {
      assert.equal(env["psgi.streaming"], true);
      return (respond) => respond(text(`Hello, ${env.QUERY_STRING}`));
    },
    body: "Hello, name=miyagawa",
  }),
  psgiCase({
    id: "psgi-29",
    rule: "DELAY-4, DELAY-12",
    title: "a response written piece by piece is sent",
    request: { path: "/?name=miyagawa" },
    app: (env) => async (respond) => {
      const writer = respond([200, ["Content-Type", "text/plain"]]);
      await writer.write("Hello, ");
      await writer.write(env.QUERY_STRING);
      await writer.close();
    },
    body: "Hello, name=miyagawa",
  }),
  psgiCase({
    id: "psgi-30",
    rule: "BODY-3",
    title: "a body that looks like a head is a body",
    app: () => text("Foo: Bar\r\n\r\nHello World"),
    check: (response) => assert.equal(response.header("foo"), undefined),
    body: "Foo: Bar\r\n\r\nHello World",
  }),
  psgiCase({
    id: "psgi-31",
    rule: "BODY-3",
    title: "line ends in a body stay as they are",
    app: () => text("Bar\nBaz"),
    body: "Bar\nBaz",
  }),
  psgiCase({
    id: "psgi-32",
    rule: "RES-1",
    title: "a 404 is sent with its body",
    app: () => [404, ["Content-Type", "text/plain"], ["Not Found"]],
    check: (response) => assert.deepEqual([response.status, response.statusText], [404, "Not Found"]),
    body: "Not Found",
  }),
  {
    id: "psgi-33",
    rule: "INPUT-3, EXT-3",
    title: "a buffered input can be read again",
    async run(kit) {
      const app = fromPsgi(
        async (env) => {
          assert.equal(env["psgix.input.buffered"], true);
          const first = (await readAll(env)).toString();
          assert.equal(env["psgi.input"].seek?.(0), true);
          return text(`${first} ${(await readAll(env)).toString()}`);
        },
        { bufferInput: 1000 },
      );
      const client = await kit.serve(app);
      const headers = [["Content-Type", "text/plain"]] as const;
      assert.equal((await client.request({ method: "POST", headers, body: "body" })).text(), "body body");
    },
  },
  psgiCase({
    id: "psgi-34",
    rule: "INPUT-1",
    title: "the input of a GET is empty and reading it is no error",
    app: async (env) => text(`${(await env["psgi.input"].read()).length} bytes`),
    body: "0 bytes",
  }),
  {
    id: "psgi-35",
    rule: "ENV-11",
    title: "Authorization is there when it was sent, and only then",
    needs: ["authorization"],
    async run(kit) {
      const client = await kit.serve(
        fromPsgi((env) => [
          200,
          ["Content-Type", "text/plain", "X-AUTHORIZATION", "HTTP_AUTHORIZATION" in env ? "1" : "0"],
          [env.HTTP_AUTHORIZATION ?? "no_auth"],
        ]),
      );
      const given = await client.request({ headers: [["Authorization", "Basic XXXX"]] });
      assert.deepEqual([given.header("x-authorization"), given.text()], ["1", "Basic XXXX"]);
      const absent = await client.request();
      assert.deepEqual([absent.header("x-authorization"), absent.text()], ["0", "no_auth"]);
    },
  },
  psgiCase({
    id: "psgi-36",
    rule: "ENV-5",
    title: "repeated slashes in PATH_INFO survive",
    request: { path: "//foo///bar/baz" },
    app: (env) => text(env.PATH_INFO),
    body: "//foo///bar/baz",
  }),
];
