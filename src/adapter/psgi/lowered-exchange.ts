/** One call of a message app behind a PSGI environment: its events become one response. */
import type { App, Receive, Send } from "../../pagi/app.ts";
import type { HttpInformational, HttpResponseBody, HttpResponseStart, SendEvent } from "../../pagi/event.ts";
import { ContractError } from "../../http/errors.ts";
import type { PsgiEnv } from "../../psgi/env.ts";
import type { PsgiBody, PsgiTriple } from "../../psgi/response.ts";
import { toFlat } from "./head.ts";
import { LoweredBody } from "./lowered-body.ts";
import { LoweredConnection } from "./lowered-connection.ts";
import { fileBody } from "./lowered-file.ts";
import { LoweredRequest } from "./lowered-request.ts";
import { scopeOf } from "./scope.ts";

type Phase = "idle" | "held" | "streaming" | "trailers" | "complete";

/** Give it one app; `response` settles when the app has sent its first piece of body, or failed before. */
export class LoweredExchange {
  readonly response: Promise<PsgiTriple>;
  readonly #env: PsgiEnv;
  readonly #connection: LoweredConnection;
  readonly #body: LoweredBody;
  #phase: Phase = "idle";
  #start: HttpResponseStart | undefined;
  #resolve: (response: PsgiTriple) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(env: PsgiEnv) {
    this.#env = env;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const aborted = new Error("the app aborted its exchange");
    this.#connection = new LoweredConnection(this.#report, () => this.#fail(aborted));
    this.#body = new LoweredBody((isWhole) => this.#let(isWhole));
    if (env["psgix.cleanup"] !== true) return;
    env["psgix.cleanup.handlers"]?.push(() => {
      const isClean = this.#isHead || this.#phase === "complete";
      this.#connection.end(isClean ? null : "client_closed");
    });
  }

  /** Calls the app. */
  run(app: App): void {
    const { receive } = new LoweredRequest(this.#env["psgi.input"], this.#connection);
    const scope = scopeOf(this.#env, this.#connection);
    Promise.resolve(app(scope, receive as Receive, this.#send)).then(
      () => this.#settled(undefined),
      (error: unknown) => this.#settled(error),
    );
  }

  readonly #send: Send = async (event: SendEvent) => {
    if (this.#connection.disconnectReason !== null) return;
    switch (event.type) {
      case "http.response.start":
        return this.#takeStart(event);
      case "http.response.body":
        return this.#takeBody(event);
      case "http.response.trailers":
        this.#expect("trailers", "HTTP-17", event.type);
        return this.#complete();
      case "http.response.informational":
        return this.#inform(event);
      default:
        throw new ContractError("APP-13", `no event of type ${String(event.type)} can be sent here`);
    }
  };

  #takeStart(event: HttpResponseStart): void {
    this.#expect("idle", "HTTP-7", event.type);
    this.#start = event;
    this.#phase = "held";
    this.#connection.responseStarted = true;
  }

  async #inform({ type, status, headers = [] }: HttpInformational): Promise<void> {
    this.#expect("idle", "EXT-HINT-1", type);
    await this.#env["psgix.informational"]?.(status, toFlat(headers));
  }

  async #takeBody(event: HttpResponseBody): Promise<void> {
    const hasTrailers = this.#start?.trailers === true;
    if (this.#phase === "held") return this.#takeFirst(event, hasTrailers);
    this.#expect("streaming", this.#phase === "complete" ? "HTTP-21" : "HTTP-7", event.type);
    const { body = "", more } = event;
    if (more !== true) this.#phase = "trailers";
    await this.#body.put(this.#isHead ? "" : (body as string));
    if (more !== true && !hasTrailers) this.#complete();
  }

  /** The first piece shows what kind of body it is: a file, a whole one, or one that goes on. */
  #takeFirst(event: HttpResponseBody, hasTrailers: boolean): Promise<void> {
    const isFile = event.file !== undefined || event.handle !== undefined;
    if (isFile) {
      this.#phase = "complete";
      return new Promise((resolve) => {
        this.#respond(fileBody(event, () => (this.#let(true), resolve())));
      });
    }
    const { body = "", more } = event;
    if (more !== true && !hasTrailers) {
      this.#phase = "complete";
      this.#respond(body.length === 0 ? [] : [body]);
      // Without cleanup handlers nobody says when it was sent.
      if (this.#env["psgix.cleanup"] !== true) this.#connection.end(null);
      return Promise.resolve();
    }
    this.#phase = more === true ? "streaming" : "trailers";
    this.#respond(this.#isHead ? [] : this.#body);
    return this.#body.put(this.#isHead ? "" : body);
  }

  get #isHead(): boolean {
    return this.#env.REQUEST_METHOD === "HEAD";
  }

  #respond(body: PsgiBody): void {
    const { status, headers = [] } = this.#start!;
    this.#resolve([status, toFlat(headers), body]);
  }

  #complete(): void {
    this.#phase = "complete";
    this.#body.end();
    if (this.#isHead && this.#env["psgix.cleanup"] !== true) this.#connection.end(null);
  }

  /** The server let go of the body. With cleanup handlers the clean end is theirs to tell. */
  #let(isWhole: boolean): void {
    if (!isWhole) return this.#connection.end("client_closed", "the body was closed before its end");
    if (this.#env["psgix.cleanup"] !== true) this.#connection.end(null);
  }

  #settled(error: unknown): void {
    if (this.#phase === "complete") {
      if (error !== undefined) this.#report("an app failed after its response", error);
      return;
    }
    // A client that has gone explains everything (HTTP-27).
    if (this.#connection.disconnectReason !== null && this.#phase !== "idle") return;
    const rule = this.#phase === "idle" ? "HTTP-25" : "HTTP-24";
    this.#fail(error ?? new ContractError(rule, "the app returned before its response was complete"));
  }

  #fail(error: unknown): void {
    this.#reject(error);
    this.#body.end({ error });
  }

  #expect(phase: Phase, rule: string, what: string): void {
    if (this.#phase !== phase)
      throw new ContractError(rule, `${what} is not allowed in phase ${this.#phase}`);
  }

  readonly #report = (what: string, error: unknown): void => {
    this.#env["psgi.errors"].print(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
  };
}
