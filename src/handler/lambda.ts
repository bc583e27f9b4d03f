/**
 * The handler of an AWS Lambda function, with the app behind it: for API Gateway, function URLs and load balancers.
 *
 * Loses: trailers both ways and informational responses; WebSocket sessions; a client that leaves (Lambda does not
 * tell); the reason phrase, but for load balancers; the order of fields, and where repeated ones other than cookies
 * were joined (payload 2.0); how a path was escaped (HTTP APIs) and how a query was (payload 1.0).
 */
import type { Writable } from "node:stream";
import { toApp } from "../adapter/to-app.ts";
import { UsageError } from "../http/errors.ts";
import type { LambdaContext } from "../pagi/extension.ts";
import type { WholeAnswer } from "./lambda/answer.ts";
import { BufferedWire } from "./lambda/buffered-wire.ts";
import { LambdaInstance } from "./lambda/instance.ts";
import { checkLambdaOptions, type InstanceOptions } from "./lambda/options.ts";
import { type HttpResponseStream, StreamWire } from "./lambda/stream-wire.ts";

/** The options of {@link lambda}. */
export type LambdaOptions = InstanceOptions;

/** What a Lambda function returns: the fields depend on the gateway that the event came from. */
export type LambdaAnswer = WholeAnswer;

/** What the launcher and the init phase may do beside invoking. */
interface LambdaControls {
  /** Runs lifespan startup, which the first invocation does otherwise. Rejects when the app refuses to start. */
  startup(): Promise<void>;
  /** Runs lifespan shutdown, as SIGTERM does. Never rejects. */
  shutdown(): Promise<void>;
}

/** A function that Lambda calls with an event and that gives the whole answer. */
export interface LambdaHandler extends LambdaControls {
  (event: unknown, context?: LambdaContext): Promise<LambdaAnswer>;
}

/** A function that writes its answer to a stream. */
export type StreamFunction = (event: unknown, stream: Writable, context?: LambdaContext) => Promise<void>;

/** A function that Lambda calls with an event and a stream for the answer. */
export interface LambdaStreamHandler extends StreamFunction, LambdaControls {}

/** The global `awslambda` of the Node runtimes of Lambda. */
export interface LambdaPlatform {
  streamifyResponse(handler: StreamFunction): StreamFunction;
  readonly HttpResponseStream: HttpResponseStream;
}

/** The options of {@link lambda} for answers that are streamed. */
export interface LambdaStreamOptions extends LambdaOptions {
  readonly streaming: true;
  /** @default the global `awslambda` */
  readonly platform?: LambdaPlatform;
}

/**
 * Makes the handler of a Lambda function from an app, or from anything that an app file may export. It answers events
 * of API Gateway (REST APIs, HTTP APIs with payload 1.0 and 2.0), of function URLs and of Application Load Balancers;
 * with `streaming` it streams its answers. Lifespan startup runs before the first request of an instance; the app
 * finds event and context in `scope.extensions.lambda`. Nothing listens here, so this is no handler that `tackup`
 * can run. Throws a `UsageError` for what is no app, for wrong options, and for `streaming` where the platform
 * cannot; an invocation with another event rejects with one.
 *
 * @example
 * export const handler = lambda(app);
 */
export function lambda(app: unknown, options: LambdaStreamOptions): LambdaStreamHandler;
export function lambda(app: unknown, options?: LambdaOptions): LambdaHandler;
export function lambda(
  app: unknown,
  options: LambdaOptions | LambdaStreamOptions = {},
): LambdaHandler | LambdaStreamHandler {
  checkLambdaOptions(options);
  const instance = new LambdaInstance(toApp(app), options);
  const controls: LambdaControls = {
    startup: () => instance.startup(),
    shutdown: () => instance.shutdown(),
  };
  const handler = "streaming" in options && options.streaming ? streamed(instance, options) : whole(instance);
  return Object.assign(handler, controls) as LambdaHandler | LambdaStreamHandler;
}

function whole(instance: LambdaInstance) {
  return async (event: unknown, context?: LambdaContext): Promise<LambdaAnswer> =>
    (await instance.invoke(event, context, (shape, owner) => new BufferedWire(shape, owner))) as LambdaAnswer;
}

function streamed(instance: LambdaInstance, options: LambdaStreamOptions): StreamFunction {
  const platform = options.platform ?? (globalThis as { readonly awslambda?: LambdaPlatform }).awslambda;
  if (platform === undefined) {
    throw new UsageError(
      "lambda: streaming needs a Node runtime of AWS Lambda, which has a global `awslambda`",
    );
  }
  return platform.streamifyResponse(async (event, stream, context) => {
    const { HttpResponseStream: httpStream } = platform;
    await instance.invoke(
      event,
      context,
      (shape, owner) => new StreamWire({ stream, httpStream, shape }, owner),
    );
  });
}
