/**
 * What the environment of a PSGI request costs: the eager plain object of the adapter against objects that make
 * their keys when asked. Run: npm run build && node bench/micro/psgi-env.mjs
 */
import { buildEnv } from "../../dist/adapter/psgi/env.js";
import { browserHeaders, fewHeaders, measure } from "./measure.mjs";

const input = { read: async () => new Uint8Array(0) };
const facts = { multiprocess: false, runOnce: false, buffered: false };
const logger = () => undefined;

function scopeWith(headers) {
  return {
    method: "GET",
    path: "/hello",
    rawPath: "/hello",
    queryString: "name=value",
    rootPath: "",
    headers,
    httpVersion: "1.1",
    scheme: "http",
    client: ["127.0.0.1", 40_000],
    server: ["127.0.0.1", 5000],
    extensions: { logger },
  };
}

/** Every key by a trap. */
function proxied(scope) {
  return new Proxy(
    {},
    {
      get: (own, key) => {
        if (key in own) return own[key];
        if (key === "PATH_INFO") return scope.path;
        if (key === "QUERY_STRING") return scope.queryString;
        return buildEnv(scope, input, facts)[key];
      },
    },
  );
}

/** Getters on a prototype, the environment made at the first key that is not one of the common ones. */
class LazyEnv {
  #scope;
  constructor(scope) {
    this.#scope = scope;
  }
  get PATH_INFO() {
    return this.#scope.path;
  }
  get QUERY_STRING() {
    return this.#scope.queryString;
  }
}

/** Fields only, without the fixed part. */
function nullProto(scope) {
  const env = Object.create(null);
  for (const [name, value] of scope.headers) env[name] = value;
  return env;
}

for (const [label, headers] of [
  ["3 headers", fewHeaders],
  ["12 headers", browserHeaders],
]) {
  const scope = scopeWith(headers);
  const read = (env) => env.PATH_INFO.length + env.QUERY_STRING.length;
  await measure(`${label}: eager plain object (the adapter)`, () => read(buildEnv(scope, input, facts)));
  await measure(`${label}: Proxy, two keys read`, () => read(proxied(scope)));
  await measure(`${label}: class with getters, two keys read`, () => read(new LazyEnv(scope)));
  await measure(`${label}: fields alone into a bare dictionary`, () => nullProto(scope));
}
