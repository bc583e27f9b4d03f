/** PSGI cases 1 to 18 of the classic suite. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { PsgiEnv } from "../../psgi/env.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { schemeOf } from "./suite-tools.ts";
import {
  closeCounter,
  digest,
  handleOf,
  imageOf,
  isImage,
  psgiCase,
  readAll,
  TEXT_FIXTURE,
  text,
} from "./psgi-tools.ts";

const QUERY = { path: "/foo/?dankogai=kogaidan" } as const;
const FORM = "application/x-www-form-urlencoded";
const BIG = "abcdefgh".repeat(12_000);

/** What the client said of its body, as response fields. */
function clientFields(env: PsgiEnv): string[] {
  const { CONTENT_LENGTH = "", CONTENT_TYPE = "" } = env;
  const fields = ["Client-Content-Length", CONTENT_LENGTH, "Client-Content-Type", CONTENT_TYPE];
  return ["Content-Type", "text/plain", ...fields];
}

/** `psgi-01` to `psgi-18`. */
export const firstCases: readonly CaseDefinition[] = [
  psgiCase({
    id: "psgi-01",
    rule: "ENV-2",
    title: "SCRIPT_NAME is the prefix the app is mounted below",
    app: (env) => text(`script_name=${env.SCRIPT_NAME}`),
    body: (kit) => `script_name=${kit.mount}`,
  }),
  psgiCase({
    id: "psgi-02",
    rule: "ENV-7",
    title: "a GET with a query is answered",
    request: { path: "/?name=miyagawa" },
    app: (env) => text(`Hello, ${env.QUERY_STRING}`),
    body: "Hello, name=miyagawa",
  }),
  psgiCase({
    id: "psgi-03",
    rule: "INPUT-2, ENV-10",
    title: "a form is read and its length and type are told",
    request: { method: "POST", headers: [["Content-Type", FORM]], body: "name=tatsuhiko" },
    app: async (env) => [200, clientFields(env), [`Hello, ${(await readAll(env)).toString()}`]],
    check(response) {
      assert.equal(response.header("client-content-length"), "14");
      assert.equal(response.header("client-content-type"), FORM);
    },
    body: "Hello, name=tatsuhiko",
  }),
  psgiCase({
    id: "psgi-04",
    rule: "INPUT-4",
    title: "a body of 96,000 bytes is read whole and echoed",
    request: { method: "POST", headers: [["Content-Type", "application/octet-stream"]], body: BIG },
    app: async (env) => {
      const headers = ["Content-Type", "text/plain", "Client-Content-Length", env.CONTENT_LENGTH ?? ""];
      return [200, headers, [await readAll(env)]];
    },
    check(response) {
      assert.equal(response.header("client-content-length"), "96000");
      assert.equal(digest(response.body), digest(Buffer.from(BIG)));
    },
  }),
  psgiCase({
    id: "psgi-05",
    rule: "ENV-15",
    title: "psgi.url_scheme is the scheme of the connection",
    request: { method: "POST", headers: [["Content-Length", "0"]] },
    app: (env) => text(env["psgi.url_scheme"]),
    body: (_kit, client) => schemeOf(client),
  }),
  psgiCase({
    id: "psgi-06",
    rule: "BODY-1",
    title: "a handle without a length is read to its end",
    app: () => [200, ["Content-Type", "text/plain"], handleOf(Buffer.from(TEXT_FIXTURE))],
    body: TEXT_FIXTURE,
  }),
  psgiCase({
    id: "psgi-07",
    rule: "BODY-1, RES-9",
    title: "a handle with a length is sent with it",
    request: { path: "/foo.jpg" },
    app: () => [200, ["Content-Type", "image/jpeg", "Content-Length", "2898"], handleOf(imageOf(2898))],
    check: isImage(2898),
  }),
  psgiCase({
    id: "psgi-08",
    rule: "BODY-3",
    title: "a larger binary handle arrives byte for byte",
    request: { path: "/baybridge.jpg" },
    app: () => [200, ["Content-Type", "image/jpeg", "Content-Length", "14750"], handleOf(imageOf(14750))],
    check: isImage(14750),
  }),
  psgiCase({
    id: "psgi-09",
    rule: "ENV-11",
    title: "a request field is there as HTTP_ and its name",
    request: { ...QUERY, headers: [["Foo", "Bar"]] },
    app: (env) => text(env.HTTP_FOO ?? ""),
    body: "Bar",
  }),
  psgiCase({
    id: "psgi-10",
    rule: "ENV-11",
    title: "a cookie is there as HTTP_COOKIE",
    request: { ...QUERY, headers: [["Cookie", "foo"]] },
    app: (env) => text(env.HTTP_COOKIE ?? ""),
    body: "foo",
  }),
  {
    id: "psgi-11",
    rule: "ENV-1, ENV-2, ENV-3, ENV-7, ENV-8",
    title: "the CGI keys tell method, mount, path, query, server and port",
    async run(kit) {
      const keys = [
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "PATH_INFO",
        "QUERY_STRING",
        "SERVER_NAME",
        "SERVER_PORT",
      ];
      const inner = psgiCase({
        id: "psgi-11",
        rule: "ENV-8",
        title: "",
        request: QUERY,
        app: (env) => text(keys.map((key) => `${key}:${String(env[key])}`).join("\n")),
        check(response) {
          const lines = response.text().split("\n");
          assert.deepEqual(lines.slice(0, 4), [
            "REQUEST_METHOD:GET",
            `SCRIPT_NAME:${kit.mount}`,
            "PATH_INFO:/foo/",
            "QUERY_STRING:dankogai=kogaidan",
          ]);
          assert.match(lines[4] ?? "", /^SERVER_NAME:./);
          assert.match(lines[5] ?? "", /^SERVER_PORT:[0-9]+$/);
        },
      });
      await inner.run(kit);
    },
  },
  psgiCase({
    id: "psgi-12",
    rule: "ENV-5",
    title: "escapes in PATH_INFO are decoded",
    request: { path: "/foo/bar%2cbaz" },
    app: (env) => text(env.PATH_INFO),
    body: "/foo/bar,baz",
  }),
  psgiCase({
    id: "psgi-13",
    rule: "ENV-5",
    title: "escapes in PATH_INFO are decoded once only",
    request: { path: "/foo/bar%252cbaz" },
    app: (env) => text(env.PATH_INFO),
    body: "/foo/bar%2cbaz",
  }),
  psgiCase({
    id: "psgi-14",
    rule: "ENV-5",
    title: "escapes in PATH_INFO that make UTF-8 become its characters",
    request: { path: "/foo%E3%81%82" },
    app: (env) => text(env.PATH_INFO),
    body: "/foo\u00e3\u0081\u0082",
  }),
  psgiCase({
    id: "psgi-15",
    rule: "ENV-9",
    title: "SERVER_PROTOCOL is the version the client used",
    request: QUERY,
    app: (env) => text(env.SERVER_PROTOCOL),
    check: (response) => assert.match(response.text(), /^HTTP\/(?:1\.[01]|2)$/),
  }),
  psgiCase({
    id: "psgi-16",
    rule: "ENV-2",
    title: "SCRIPT_NAME is always a string",
    request: QUERY,
    app: (env) => text(typeof env.SCRIPT_NAME),
    body: "string",
  }),
  {
    id: "psgi-17",
    rule: "BODY-5",
    title: "a body with getline is read to its end and closed once",
    async run(kit) {
      const closed = closeCounter();
      const bytes = Buffer.from("1234");
      const inner = psgiCase({
        id: "psgi-17",
        rule: "BODY-5",
        title: "",
        request: { path: "/call_close" },
        app: () => [200, ["Content-Type", "text/plain"], handleOf(bytes, closed.close, 1)],
        body: "1234",
      });
      await inner.run(kit);
      await closed.once();
    },
  },
  psgiCase({
    id: "psgi-18",
    rule: "ERR-1",
    title: "psgi.errors is there and takes text",
    request: { path: "/has_errors" },
    app: (env) => text(String(env["psgi.errors"].print("a line from the conformance suite\n"))),
    body: "true",
  }),
];
