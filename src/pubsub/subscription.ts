/** One subscriber of a topic: its messages as an async iterable, with what waits for it bounded. */
import { LimitError } from "../http/errors.ts";
import { type Backlog, makeBacklog, type SlowPolicy } from "./backlog.ts";

/** How a subscriber is served. */
export interface SubscribeOptions<Message> {
  /** What happens when it does not keep up. @default "disconnect" */
  readonly whenSlow?: SlowPolicy;
  /** How many messages may wait for it. @default 256 */
  readonly capacity?: number;
  /** For `conflate`: what makes a message replace another. @default all replace each other */
  readonly keyOf?: (message: Message) => unknown;
  /** Ends the subscription. That of a connection is silent after a clean end (CONN-10); its `closed` tells of every one. */
  readonly signal?: AbortSignal;
}

type Result<Message> = IteratorResult<Message, undefined>;

const END = { done: true, value: undefined } as const;

type Waiter<Message> = (result: Result<Message>) => void;

/**
 * Messages in the order in which they were published. A loop over it ends when it is closed, and leaving the loop
 * closes it.
 *
 * @example
 * const prices = new Hub<number>();
 * for await (const price of await prices.subscribe("gold", { whenSlow: "conflate" })) console.log(price);
 */
export class Subscription<Message> implements AsyncIterableIterator<Message, undefined> {
  readonly #backlog: Backlog<Message>;
  readonly #capacity: number;
  readonly #waits: boolean;
  readonly #signal: AbortSignal | undefined;
  readonly #onClose: (subscription: Subscription<Message>) => void;
  readonly #waiters: Waiter<Message>[] = [];
  /** There while the hub waits for room. */
  #room: Promise<void> | undefined;
  #makeRoom: () => void = () => undefined;
  #failure: { readonly error: unknown } | undefined;
  #isOpen = true;

  constructor(options: SubscribeOptions<Message>, onClose: (subscription: Subscription<Message>) => void) {
    const { whenSlow = "disconnect", capacity = 256, keyOf, signal } = options;
    this.#backlog = makeBacklog({ whenSlow, capacity, keyOf });
    this.#capacity = capacity;
    this.#waits = whenSlow === "wait";
    this.#onClose = onClose;
    this.#signal = signal;
    if (signal?.aborted === true) this.close();
    else signal?.addEventListener("abort", this.#close, { once: true });
  }

  /** True until it was closed, by whomever. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many messages wait. */
  get waiting(): number {
    return this.#backlog.size;
  }

  /** How many messages were given up because newer ones came. */
  get dropped(): number {
    return this.#backlog.dropped;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next message; after `close` what still waits, then done. Rejects once when the subscription has failed. */
  next(): Promise<Result<Message>> {
    if (this.#backlog.size > 0) return Promise.resolve({ done: false, value: this.#shift() });
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) return Promise.reject(failure.error);
    if (!this.#isOpen) return Promise.resolve(END);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Leaves; what waits is given up. */
  return(): Promise<Result<Message>> {
    this.close();
    this.#giveUp();
    this.#failure = undefined;
    return Promise.resolve(END);
  }

  /** No message comes any more; those that wait can still be read. Safe to call twice. */
  close(): void {
    this.#end(undefined);
  }

  /** Takes a message from the hub; a promise when the hub has to wait. Never throws. */
  take(message: Message): Promise<void> | undefined {
    if (!this.#isOpen) return undefined;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter({ done: false, value: message });
      return undefined;
    }
    try {
      if (!this.#backlog.push(message)) throw new LimitError("subscription capacity", this.#capacity, 503);
    } catch (error) {
      this.#end({ error });
    }
    if (!this.#waits || !this.#isOpen || this.#backlog.size < this.#capacity) return undefined;
    this.#room ??= new Promise((resolve) => (this.#makeRoom = resolve));
    return this.#room;
  }

  #shift(): Message {
    const message = this.#backlog.shift();
    if (this.#backlog.size < this.#capacity) this.#goOn();
    return message;
  }

  #goOn(): void {
    this.#room = undefined;
    this.#makeRoom();
  }

  #giveUp(): void {
    while (this.#backlog.size > 0) this.#backlog.shift();
  }

  readonly #close = (): void => this.close();

  #end(failure: { readonly error: unknown } | undefined): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#failure = failure;
    this.#signal?.removeEventListener("abort", this.#close);
    if (failure !== undefined) this.#giveUp();
    this.#goOn();
    for (const waiter of this.#waiters.splice(0)) waiter(END);
    this.#onClose(this);
  }
}
