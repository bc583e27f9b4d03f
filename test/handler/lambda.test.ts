/** The conformance suite on Lambda functions, through the runtime API and a gateway, over sockets. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lambda } from "#src/handler/lambda.js";
import type { App } from "#src/pagi/app.js";
import { serverSuite, type SuiteOptions } from "#src/testing/server-suite.js";
import type { StartServer } from "#src/testing/suite-case.js";
import { platform } from "./lambda/bootstrap.js";
import { startFront } from "./lambda/front.js";
import type { Gateway } from "./lambda/gateway-events.js";
import { lambdaOptions } from "./lambda/declared.js";

function starter(gateway: Gateway, streaming: boolean): StartServer {
  return async (app) => {
    const three: App = (scope, receive, send) => app(scope, receive, send);
    const log = (): void => undefined;
    const handler = streaming ? lambda(three, { log, streaming, platform }) : lambda(three, { log });
    await handler.startup();
    const front = await startFront(handler, gateway);
    const close = async (): Promise<void> => {
      await front.close();
      await handler.shutdown();
    };
    return { url: front.url, close };
  };
}

function run(where: string, start: StartServer, options: SuiteOptions): void {
  describe(where, { concurrency: 4 }, () => {
    for (const { title, run: runCase } of serverSuite(start, options)) test(title, runCase);
  });
}

describe("functions behind their gateways", { concurrency: 4 }, () => {
  run("behind a REST API", starter("rest", false), lambdaOptions.rest);
  run("behind an HTTP API", starter("http", false), lambdaOptions.http);
  run("behind a load balancer", starter("alb-multi", false), lambdaOptions.alb);
  run("behind a function URL, streaming", starter("url", true), lambdaOptions.url);
});

test("streaming elsewhere than on Lambda, no app, and wrong options are refused when the handler is made", () => {
  const app: App = async (_scope, _receive, _send) => {};
  assert.throws(
    () => lambda(app, { streaming: true }),
    /lambda: streaming needs a Node runtime of AWS Lambda/,
  );
  assert.throws(() => lambda({}), /gives an object without fetch, which is no app/);
  assert.throws(() => lambda(app, { rootpath: "/x" } as never), /lambda: unknown option "rootpath"/);
  assert.throws(() => lambda(app, { basePath: "x/" }), /lambda: basePath must be whole segments/);
});
