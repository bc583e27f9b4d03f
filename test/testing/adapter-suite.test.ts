/** The adapter suite: every pair of the house, and that it finds what is lost. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromFetch, toFetch } from "#src/adapter/fetch.js";
import { fromNode, toNode } from "#src/adapter/node.js";
import { fromPsgi, toPsgi } from "#src/adapter/psgi.js";
import { fromWintertc, toWintertc } from "#src/adapter/wintertc.js";
import { nodeFiles } from "#src/server/node-files.js";
import { type Loss, adapterSuite, type RoundTrip } from "#src/testing/index.js";

type Losses = Readonly<Partial<Record<Loss, string>>>;

const psgi: RoundTrip = (app) => fromPsgi(toPsgi(app));
const web: RoundTrip = (app) => fromFetch(toFetch(app, { files: nodeFiles }));
const draft: RoundTrip = (app) => fromWintertc(toWintertc(app, { files: nodeFiles }));
const node: RoundTrip = (app) => fromNode(toNode(app));

const scopes: Losses = {
  eventStream: "an `sse` scope is answered as plain HTTP",
  webSocket: "WebSocket sessions are refused",
  lifespan: "lifespan is declined, or run with the first request",
};

/** As the heads of the adapters' files say. */
const psgiLoses: Losses = {
  ...scopes,
  requestFieldOrder: "an env joins repeated fields",
  requestTrailers: "an env has none",
  reasonPhrase: "a PSGI response has none",
  responseTrailers: "a PSGI response has none",
  fullflush: "PSGI knows nothing of it",
  idleDisconnect: "a lost client is noticed through the body",
  abortBeforeHead: "a call must give a response: it is a 500",
  state: "there is no lifespan",
};
const webLoses: Losses = {
  ...scopes,
  rawPath: "`URL` tidies it",
  requestFieldOrder: "`Headers` sorts and joins",
  responseFieldOrder: "`Headers` sorts and joins",
  httpVersion: "a `Request` does not say",
  methods: "no `Request` can have them",
  asteriskTarget: "a `Request` has a URL",
  getBody: "no `Request` can have one",
  requestTrailers: "a `Request` has none",
  highStatus: "no `Response` can have one",
  responseTrailers: "a `Response` has none",
  informational: "a handler gives one `Response`",
  fullflush: "when a `Response` leaves is up to its reader",
  abortBeforeHead: "a handler that rejects is a 500",
  logger: "it has a `log` of its own",
};
const nodeLoses: Losses = { ...scopes, logger: "it has a `log` of its own" };

function run(name: string, convert: RoundTrip, loses: Losses): void {
  describe(name, () => {
    for (const { title, run: runCase } of adapterSuite(convert, { loses })) test(title, runCase);
  });
}

run("no adapter at all", (app) => app, {});
run("fromPsgi after toPsgi", psgi, psgiLoses);
run("fromFetch after toFetch", web, webLoses);
// The draft's context says what fetch alone cannot.
const {
  requestTrailers: _in,
  responseTrailers: _out,
  informational: _hints,
  abortBeforeHead: _abort,
  ...draftLoses
} = webLoses;
run("fromWintertc after toWintertc", draft, draftLoses);
run("fromNode after toNode", node, nodeLoses);
// What stands inside runs its own lifespan and flushes by itself.
const { state: _state, ...psgiOverWeb } = psgiLoses;
const { fullflush: _fullflush, ...webOverNode } = webLoses;
run("fetch in PSGI", (app) => psgi(web(app)), { ...psgiOverWeb, ...webLoses });
run("node in fetch", (app) => web(node(app)), { ...webOverNode, ...nodeLoses });
run("the draft in node", (app) => node(draft(app)), { ...draftLoses, ...nodeLoses });
run("PSGI in node", (app) => node(psgi(app)), { ...nodeLoses, ...psgiLoses });

test("a loss that is declared and does not happen is reported, and an unknown one refused", async () => {
  const [first] = adapterSuite((app) => app, { loses: { rawPath: "for the test" } }).filter(
    ({ losing }) => losing !== undefined,
  );
  assert.match(first!.title, /\[declared losing rawPath: for the test\]/);
  await assert.rejects(first!.run(), /adapter-03 passes although rawPath is declared lost/);
  assert.throws(() => adapterSuite((app) => app, { loses: { paths: "x" } as never }), /unknown loss paths/);
  assert.throws(() => adapterSuite((app) => app, { loses: { rawPath: "" } }), /needs a reason/);
});
