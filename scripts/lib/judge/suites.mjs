/**
 * The test suites of others that judge us: where each comes from, what it needs, how it runs, and which of its tests
 * end otherwise on Tack, with the reason. A difference that is not named here fails the judge.
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {{ npm: string } | { debian: string }} from A package of the registry that ships its tests, or a Debian
 *   source package, which has what upstream released.
 * @property {string} framework What is judged, for people.
 * @property {"mocha" | "node"} runner
 * @property {string[]} tools What the tests need besides the package's own dependencies.
 * @property {string[]} args For mocha; for `node --test` the folder of the tests.
 * @property {RegExp} [without] Test files that have nothing to do with a server.
 * @property {{ test: RegExp, why: string }[]} differs
 */

const peer = "the server tells addresses without the IPv6 prefix of an IPv4 address";
const strictHost = "the server answers 400 to a Host field that is none, before the app";
const absolute = "a request-target in absolute form reaches the app as a path";
const parser =
  "requests that are broken, too large or too slow are answered by the server; there is no clientError";
const limits = "limits belong to the server and are no properties of an http.Server";
const raw = "the socket of a hosted request takes no bytes of its own";
const framing = "the connection and its fields belong to the server";
const pipelined =
  "pipelined requests reach the app one after the other, each when the one before is answered";
const upgraded =
  "there is no `connect`, and what a client sends behind an upgrade may come as data instead of as `head`";
const interim = "a 1xx is no final status and answered with 500";
const halfClosed = "a client that has ended its side may still get its answer, so it is not lost yet";
const mocha = ["mocha@10", "supertest@6", "after@0.8"];

/** @type {Suite[]} */
export const suites = [
  {
    name: "connect",
    from: { debian: "node-connect" },
    framework: "Connect 3",
    runner: "mocha",
    tools: mocha,
    args: ["--require", "test/support/env", "test/"],
    differs: [{ test: /FQDN/, why: absolute }],
  },
  {
    name: "express-4",
    from: { debian: "node-express" },
    framework: "Express 4",
    runner: "mocha",
    tools: [
      ...mocha,
      "cookie-parser@1.4.6",
      "cookie-session@2.0.0",
      "ejs",
      "express-session",
      "hbs",
      "marked@0.7",
    ].concat([
      "method-override",
      "morgan@1.10.0",
      "pbkdf2-password",
      "vhost",
      "multiparty",
      "connect-redis@3",
    ]),
    args: ["--require", "test/support/env", "test/", "test/acceptance/"],
    differs: [
      { test: /^req \.ip .*should return the remote address/, why: peer },
      { test: /should escape the url|evil javascript|accepting text should encode the url/, why: strictHost },
      { test: /should invoke the callback when client aborts/, why: halfClosed },
    ],
  },
  {
    name: "body-parser",
    from: { debian: "node-body-parser" },
    framework: "body-parser 1",
    runner: "mocha",
    tools: mocha,
    args: ["--require", "test/support/env", "test/"],
    differs: [],
  },
  {
    name: "compression",
    from: { debian: "node-compression" },
    framework: "compression 1",
    runner: "mocha",
    tools: mocha,
    args: ["test/"],
    differs: [],
  },
  {
    name: "finalhandler",
    from: { debian: "node-finalhandler" },
    framework: "finalhandler 1",
    runner: "mocha",
    tools: [...mocha, "readable-stream@2", "safe-buffer"],
    args: ["--require", "test/support/sws.js", "test/"],
    differs: [],
  },
  {
    name: "morgan",
    from: { debian: "node-morgan" },
    framework: "morgan 1",
    runner: "mocha",
    tools: [...mocha, "split"],
    args: ["test/"],
    differs: [{ test: /should not color 1xx/, why: interim }],
  },
  {
    name: "on-finished",
    from: { debian: "node-on-finished" },
    framework: "on-finished 2",
    runner: "mocha",
    tools: mocha,
    args: ["test/"],
    differs: [
      { test: /when requests pipelined/, why: pipelined },
      { test: /when (CONNECT method|Upgrade request)/, why: upgraded },
      {
        test: /when (request|response) errors/,
        why: "a broken chunk is known at the end of its line, not with its first character",
      },
    ],
  },
  {
    name: "fastify",
    from: { npm: "fastify@5" },
    framework: "Fastify 5",
    runner: "node",
    tools: [],
    args: ["test"],
    // The client timeout is a `clientError` and would be waited for, for a minute.
    without: /\/(build|bundler|types|http2|https)\/|client-timeout/,
    differs: [
      { test: /^Unknown method/, why: "the server lets every method through that is a token" },
      {
        test: /client error|non-numeric content-length|431 if URI/i,
        why: parser,
      },
      { test: /maxRequestsPerSocket|requireHostHeader/, why: limits },
      { test: /^Current opened connection should NOT continue/, why: framing },
      { test: /^Hijacking inside|Sending a response using req\.socket/, why: raw },
      {
        test: /^handlerTimeout firing after the reply ended/,
        why: "the request closes when the server has the response, also when an app holds `finish` back",
      },
    ],
  },
];
