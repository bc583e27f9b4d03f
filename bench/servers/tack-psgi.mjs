/** Tack, request/response form. */
import { fromPsgi } from "tack/adapter/psgi";
import { standalone } from "tack/handler/standalone";
import { serverOptions } from "./lib/tack-options.mjs";
import * as work from "./lib/work.mjs";

const text = ["Content-Type", work.textType];
const json = ["Content-Type", work.jsonType];
const bytes = ["Content-Type", work.bytesType];

function app(env) {
  const path = env.PATH_INFO;
  if (path === "/") return [200, text, [work.hello]];
  if (path === "/json") return [200, json, [JSON.stringify(work.record())]];
  if (path === "/echo") return echo(env["psgi.input"]);
  if (path === "/stream") return [200, bytes, work.pieces()];
  const file = work.files.get(path);
  return file === undefined ? [404, bytes, []] : [200, bytes, { path: file }];
}

async function echo(input) {
  const received = [];
  for await (const piece of input) received.push(piece);
  return [200, bytes, received];
}

await standalone(serverOptions).run(fromPsgi(app));
