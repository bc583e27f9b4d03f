/** Adapter cases: what an app is told of a request. */
import assert from "node:assert/strict";
import type { HttpScope } from "../../pagi/scope.ts";
import { type AdapterDefinition, type AdapterKit, fieldValues, noting } from "../adapter-case.ts";
import type { AppClientOptions } from "../app-setting.ts";
import type { ClientRequest } from "../client.ts";

/** The scope that a request becomes on the other side. */
async function scopeOf(
  kit: AdapterKit,
  request: ClientRequest,
  options?: AppClientOptions,
): Promise<HttpScope> {
  const scopes: HttpScope[] = [];
  await kit.client(noting(scopes), options).request(request);
  assert.equal(scopes.length, 1, "the app is called once");
  return scopes[0]!;
}

/** Cases on heads of requests. */
export const requestCases: readonly AdapterDefinition[] = [
  {
    id: "adapter-01",
    title: "method, path, query, scheme and host arrive",
    async run(kit) {
      const headers = [["host", "example.com:8080"]] as const;
      const scope = await scopeOf(kit, { method: "DELETE", path: "/a/b?x=1", headers });
      const { method, path, rawPath, rootPath, queryString, scheme } = scope;
      assert.deepEqual(
        [method, path, rawPath, rootPath, queryString, scheme],
        ["DELETE", "/a/b", "/a/b", "", "x=1", "http"],
      );
      assert.deepEqual(fieldValues(scope.headers, "host"), ["example.com:8080"]);
    },
  },
  {
    id: "adapter-02",
    title: "a path is decoded once, and its escapes stay in the raw path",
    async run(kit) {
      const { path, rawPath } = await scopeOf(kit, { path: "/caf%C3%A9/a%2Fb/%2525" });
      assert.deepEqual([path, rawPath], ["/caf\u00e9/a/b/%25", "/caf%C3%A9/a%2Fb/%2525"]);
    },
  },
  {
    id: "adapter-03",
    title: "dot segments and repeated slashes arrive as they were sent",
    loss: "rawPath",
    async run(kit) {
      const { path, rawPath } = await scopeOf(kit, { path: "/a//b/../c/./d" });
      assert.deepEqual([path, rawPath], ["/a//b/../c/./d", "/a//b/../c/./d"]);
    },
  },
  {
    id: "adapter-04",
    title: "a query stays encoded",
    async run(kit) {
      const { queryString } = await scopeOf(kit, { path: "/?a=%20+b&c=%C3%A9&d" });
      assert.equal(queryString, "a=%20+b&c=%C3%A9&d");
    },
  },
  {
    id: "adapter-05",
    title: "below a root path, root path and path still make the requested path",
    async run(kit) {
      const scope = await scopeOf(kit, { path: "/in%20side" }, { rootPath: "/under/here" });
      assert.equal(scope.rootPath + scope.path, "/under/here/in side");
      assert.equal(scope.rawPath, "/under/here/in%20side");
    },
  },
  {
    id: "adapter-06",
    title: "fields arrive with the bytes of their values, cookies as one field",
    async run(kit) {
      const { headers } = await scopeOf(kit, {
        headers: [
          ["x-name", "caf\u00e9"],
          ["cookie", "a=1"],
          ["cookie", "b=2"],
          ["authorization", "Basic eDp5"],
        ],
      });
      assert.deepEqual(fieldValues(headers, "x-name"), ["caf\u00e9"]);
      assert.deepEqual(fieldValues(headers, "cookie"), ["a=1; b=2"]);
      assert.deepEqual(fieldValues(headers, "authorization"), ["Basic eDp5"]);
    },
  },
  {
    id: "adapter-07",
    title: "repeated request fields keep apart and in order",
    loss: "requestFieldOrder",
    async run(kit) {
      const sent = [
        ["x-b", "1"],
        ["x-a", "2"],
        ["x-b", "3"],
      ] as const;
      const { headers } = await scopeOf(kit, { headers: sent });
      assert.deepEqual(
        headers.filter(([name]) => name.startsWith("x-")),
        sent,
      );
    },
  },
  {
    id: "adapter-08",
    title: "repeated request fields lose no value",
    async run(kit) {
      const headers = [
        ["x-b", "1"],
        ["x-b", "3"],
      ] as const;
      const scope = await scopeOf(kit, { headers });
      assert.equal(fieldValues(scope.headers, "x-b").join(", "), "1, 3");
    },
  },
  {
    id: "adapter-09",
    title: "the addresses of client and server, and the scheme, arrive",
    async run(kit) {
      const client = ["192.0.2.7", 40_123] as const;
      const server = ["192.0.2.1", 8443] as const;
      const scope = await scopeOf(kit, {}, { client, server, scheme: "https" });
      assert.deepEqual([scope.client, scope.server, scope.scheme], [client, server, "https"]);
    },
  },
  {
    id: "adapter-10",
    title: "the version of HTTP arrives",
    loss: "httpVersion",
    async run(kit) {
      assert.equal((await scopeOf(kit, { httpVersion: "1.0" })).httpVersion, "1.0");
    },
  },
  {
    id: "adapter-11",
    title: "a method that few know arrives",
    async run(kit) {
      assert.equal((await scopeOf(kit, { method: "PROPFIND" })).method, "PROPFIND");
    },
  },
  {
    id: "adapter-12",
    title: "TRACE arrives",
    loss: "methods",
    async run(kit) {
      assert.equal((await scopeOf(kit, { method: "TRACE" })).method, "TRACE");
    },
  },
  {
    id: "adapter-13",
    title: "`OPTIONS *` arrives",
    loss: "asteriskTarget",
    async run(kit) {
      const { path, rawPath } = await scopeOf(kit, { method: "OPTIONS", path: "*" });
      assert.deepEqual([path, rawPath], ["*", "*"]);
    },
  },
];
