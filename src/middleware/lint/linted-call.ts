/** One call of an app with lint around it: scope, both directions, and what must be true when it is over. */
import { derive } from "../../compose/derive.ts";
import type { ContractError } from "../../http/errors.ts";
import { isTackError } from "../../http/errors.ts";
import type { App, Receive, ReceiveOptions, Send } from "../../pagi/app.ts";
import type { ReceiveEvent, SendEvent } from "../../pagi/event.ts";
import type { Extensions } from "../../pagi/extension.ts";
import type { Scope } from "../../pagi/scope.ts";
import { checkReceived, checkSent, isForeign, type Conversation } from "./conversation.ts";
import { watchExtensions } from "./extension.ts";
import { pagiFault, shown } from "./fault.ts";
import { HTTP_RULES } from "./http.ts";
import { LifespanConversation } from "./lifespan.ts";
import { checkScope, watchScope } from "./scope.ts";
import { RequestConversation } from "./request-conversation.ts";
import { SSE_RULES } from "./sse.ts";
import { owned, type Unknowns } from "./value.ts";
import { WebSocketConversation } from "./websocket.ts";

/** Told of every violation before it is thrown. */
export type Report = (violation: ContractError) => void;

function conversation(scope: Unknowns): Conversation {
  if (scope["type"] === "http") return new RequestConversation(scope, HTTP_RULES);
  if (scope["type"] === "sse") return new RequestConversation(scope, SSE_RULES);
  if (scope["type"] === "websocket") return new WebSocketConversation(scope);
  return new LifespanConversation();
}

/**
 * Runs `app` once under watch.
 *
 * @example
 * await new LintedCall(scope, receive, send, report).run(app);
 */
export class LintedCall {
  readonly #scope: Scope;
  readonly #facts: Unknowns;
  readonly #outerReceive: Receive;
  readonly #outerSend: Send;
  readonly #report: Report;
  readonly #talk: Conversation;
  readonly #checkUnchanged: () => void;
  #sending = false;
  #settled = false;
  #taken = false;
  #wasGone = false;
  /** What the caller did wrong, or what an app did without waiting to hear of it. */
  #unheard: ContractError | undefined;

  /** Throws a `ContractError` when the scope breaks a rule. */
  constructor(scope: Scope, receive: Receive, send: Send, report: Report) {
    const facts: unknown = scope;
    this.#report = report;
    this.#checked(() => checkScope(facts));
    this.#scope = scope;
    this.#facts = facts as Unknowns;
    this.#outerReceive = receive;
    this.#outerSend = send;
    this.#talk = conversation(this.#facts);
    this.#checkUnchanged = watchScope(this.#facts);
  }

  /** Settles as the app does; rejects with a `ContractError` when a rule was broken and the app hid it. */
  async run(app: App): Promise<void> {
    const receive: Receive = (options) => owned(this.#receive(options));
    const send: Send = (event) => this.#send(event);
    try {
      const promise: unknown = app(this.#inner(), receive, send);
      if (typeof (promise as PromiseLike<void> | undefined)?.then !== "function") {
        throw this.#note(pagiFault("APP-1", `the app returned ${shown(promise)}, not a promise`));
      }
      await (promise as Promise<void>);
    } finally {
      this.#settled = true;
    }
    this.#finish();
  }

  #inner(): Scope {
    if (this.#scope.type === "lifespan") return this.#scope;
    const talk = this.#talk;
    const taken = () => {
      this.#taken = true;
    };
    const watch = {
      get started() {
        return talk.started;
      },
      taken,
    };
    const extensions: unknown = watchExtensions(this.#facts["extensions"] as Unknowns, watch);
    if (extensions === this.#facts["extensions"]) return this.#scope;
    return derive(this.#scope, { extensions: extensions as Extensions });
  }

  #finish(): void {
    if (this.#unheard !== undefined) throw this.#unheard;
    if (this.#sending) throw this.#note(pagiFault("APP-6", "the app returned while a send was pending"));
    this.#checked(this.#checkUnchanged);
    if (this.#taken || this.#isGone()) return;
    this.#checked(() => this.#talk.finished());
  }

  #isGone(): boolean {
    const connection = this.#facts["connection"] as Unknowns | undefined;
    return this.#talk.gone || connection?.["isConnected"] === false;
  }

  #send(event: SendEvent): Promise<void> {
    try {
      this.#checkSend(event);
    } catch (fault) {
      return this.#refused(fault);
    }
    this.#sending = true;
    return owned(this.#deliver(event));
  }

  #checkSend(event: SendEvent): void {
    const facts = checkSent(event);
    const { type } = facts;
    if (this.#settled) throw pagiFault("APP-6", `the app sent ${shown(type)} after it had returned`);
    if (this.#sending) throw pagiFault("APP-7", `the app sent ${shown(type)} while another send was pending`);
    if (this.#taken) throw pagiFault("EXT-IO-3", `the app sent ${shown(type)} after io.take`);
    if (!isForeign(type)) this.#talk.sent(facts);
  }

  /** Rejects, and never as an unhandled rejection: an app that does not wait hears of it when it returns. */
  #refused(fault: unknown): Promise<never> {
    const violation = this.#note(fault as ContractError);
    if (violation.rule === "APP-7") this.#unheard ??= violation;
    if (this.#settled) this.#log(violation);
    return owned(Promise.reject(violation));
  }

  /** Nobody may be waiting for a send that comes after the end, so the server's log gets it. */
  #log(violation: ContractError): void {
    if (this.#scope.type === "lifespan") return;
    this.#scope.extensions.logger?.({ level: "error", message: violation.message });
  }

  async #deliver(event: SendEvent): Promise<void> {
    try {
      await this.#outerSend(event);
    } catch (error) {
      if (!isForeign(event.type)) this.#talk.takeBack();
      throw error;
    } finally {
      this.#sending = false;
    }
  }

  async #receive(options?: ReceiveOptions): Promise<ReceiveEvent> {
    const event = await this.#next(options);
    try {
      const facts = checkReceived(event);
      if (!isForeign(facts.type)) this.#talk.received(facts);
      this.#checkOneWay();
    } catch (fault) {
      this.#unheard ??= this.#note(fault as ContractError);
      throw fault;
    }
    return event;
  }

  async #next(options: ReceiveOptions | undefined): Promise<ReceiveEvent> {
    try {
      return await this.#outerReceive(options);
    } catch (error) {
      const signal = options?.signal;
      if (isTackError(error)) throw error;
      const rule = signal?.aborted === true ? "APP-9" : "APP-10";
      if (rule === "APP-9" && error === signal?.reason) throw error;
      throw (this.#unheard ??= this.#note(pagiFault(rule, `receive rejected with ${shown(String(error))}`)));
    }
  }

  #checkOneWay(): void {
    const connection = this.#facts["connection"] as Unknowns | undefined;
    if (connection === undefined) return;
    const connected = connection["isConnected"] === true;
    if (this.#wasGone && connected)
      throw pagiFault("CONN-3", "scope.connection.isConnected became true again");
    this.#wasGone = !connected;
  }

  #checked(check: () => void): void {
    try {
      check();
    } catch (fault) {
      throw this.#note(fault as ContractError);
    }
  }

  #note(violation: ContractError): ContractError {
    this.#report(violation);
    return violation;
  }
}
