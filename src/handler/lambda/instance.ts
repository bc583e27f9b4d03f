/** An app on an instance of a Lambda function: started once, invoked many times. */
import type { FileOpener } from "../../exchange/file-opener.ts";
import { Lifespan } from "../../exchange/lifespan.ts";
import { PAGI_INFO } from "../../exchange/pagi-info.ts";
import { quietLog } from "../../exchange/quiet-log.ts";
import type { App } from "../../pagi/app.ts";
import type { LambdaContext, Logger } from "../../pagi/extension.ts";
import type { State } from "../../pagi/scope.ts";
import { nodeFiles } from "../../server/node-files.ts";
import type { WholeAnswer } from "./answer.ts";
import type { AnswerShape } from "./event-request.ts";
import { readEvent } from "./event.ts";
import { Invocation, type InvocationHost } from "./invocation.ts";
import { type LambdaWire, plainHead, type WireOwner } from "./lambda-wire.ts";
import type { InstanceOptions } from "./options.ts";

/** Standard error is the function's log. */
const toStderr: Logger = ({ level, message }) => {
  if (level !== "debug" && level !== "info") process.stderr.write(`${level}: ${message}\n`);
};

/** Makes the wire of an invocation. */
export type WireMaker = (shape: AnswerShape, owner: WireOwner) => LambdaWire;

/** One per handler. */
export class LambdaInstance implements InvocationHost {
  readonly app: App;
  readonly log: Logger;
  readonly files: FileOpener = nodeFiles;
  readonly rootPath: string;
  readonly marginMs: number;
  readonly #options: InstanceOptions;
  readonly #running = new Set<Invocation>();
  #lifespan: Lifespan | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(app: App, options: InstanceOptions) {
    this.app = app;
    this.log = quietLog(options.log ?? toStderr);
    this.rootPath = options.rootPath ?? "";
    this.marginMs = options.deadlineMarginMs ?? 500;
    this.#options = options;
  }

  get state(): State {
    return this.#lifespan?.state ?? {};
  }

  /** Starts the app once; a start that failed is tried again by the next invocation. */
  startup(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const timeoutMs = this.#options.lifespanTimeoutMs ?? 60_000;
    const lifespan = new Lifespan(this.app, { log: this.log, timeoutMs, info: PAGI_INFO });
    this.#lifespan = lifespan;
    try {
      await lifespan.startup();
    } catch (error) {
      this.#starting = undefined;
      throw error;
    }
    // Sent to functions that have an extension; there is half a second then.
    if (process.env["AWS_LAMBDA_RUNTIME_API"] !== undefined) process.once("SIGTERM", this.#terminated);
  }

  readonly #terminated = (): void => {
    void this.shutdown().then(() => {
      // Others that listen end the process themselves.
      if (process.listenerCount("SIGTERM") === 0) process.exit();
    });
  };

  /** Ends what runs and tells the app. Never rejects. */
  shutdown(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    process.off("SIGTERM", this.#terminated);
    for (const invocation of this.#running) invocation.shutdown();
    if (this.#starting === undefined) return;
    const hasStarted = await this.#starting.then(
      () => true,
      () => false,
    );
    if (hasStarted) await this.#lifespan!.shutdown();
  }

  /** Answers one event. Rejects for what is no HTTP request and when a streamed response stays incomplete. */
  async invoke(
    event: unknown,
    context: LambdaContext | undefined,
    makeWire: WireMaker,
  ): Promise<WholeAnswer | void> {
    const { basePath = "", waitForEmptyEventLoop = false } = this.#options;
    if (context !== undefined) context.callbackWaitsForEmptyEventLoop = waitForEmptyEventLoop;
    const request = readEvent(event, basePath);
    const { shape } = request;
    if (this.#stopping !== undefined) return refuse(makeWire(shape, NOBODY), 503);
    try {
      await this.startup();
    } catch (error) {
      this.log({ level: "error", message: (error as Error).message });
      return refuse(makeWire(shape, NOBODY), 500);
    }
    const facts = { event, context, request };
    const invocation = new Invocation(facts, this, (owner) => makeWire(shape, owner));
    this.#running.add(invocation);
    try {
      return await invocation.run();
    } finally {
      this.#running.delete(invocation);
    }
  }
}

/** Where there is no exchange to tell. */
const NOBODY: WireOwner = { tooLarge: () => undefined, lost: () => undefined };

function refuse(wire: LambdaWire, status: number): Promise<WholeAnswer | void> {
  const { head, text } = plainHead(status);
  wire.replaceWith(head, text);
  return wire.answer;
}
