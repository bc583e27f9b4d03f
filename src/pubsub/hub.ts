/** Topics for many connections of one process: who publishes need not know who listens. */
import { nextTurn } from "../exchange/next-turn.ts";
import { checkOptions } from "../http/check-options.ts";
import { ClosedError, UsageError } from "../http/errors.ts";
import type { Broker, Deliver } from "./broker.ts";
import { MemoryBroker } from "./memory-broker.ts";
import { type SubscribeOptions, Subscription } from "./subscription.ts";

/** What a hub stands on. */
export interface HubOptions<Message> {
  /** Carries messages to other processes as well. @default a {@link MemoryBroker}: this process alone */
  readonly broker?: Broker<Message>;
  /** Told of what goes wrong while nobody waits, such as a broker that cannot leave a topic. @default nobody */
  readonly onError?: (error: unknown) => void;
}

/** So many subscribers get a message before everybody else has a turn. */
const SUBSCRIBERS_A_TURN = 250;
const POLICIES = ["wait", "dropOldest", "conflate", "disconnect"];

/**
 * One per process and kind of message, made at startup and closed at shutdown. Each subscriber has a bounded backlog of
 * its own and decides what happens when it does not keep up, so a slow client costs a known amount of memory and, but
 * for `wait`, nobody else anything. A topic is there as long as somebody listens. Messages are not copied: whoever gets
 * one must not change it.
 *
 * @example
 * const hub = new Hub<{ text: string }>();
 * export default eventStream(async (stream) => {
 *   await stream.sendAll(await hub.subscribe("news"));
 * });
 * await hub.publish("news", { text: "It works" });
 */
export class Hub<Message> {
  readonly #broker: Broker<Message>;
  readonly #onError: (error: unknown) => void;
  readonly #topics = new Map<string, Topic<Message>>();
  #isClosed = false;

  constructor(options: HubOptions<Message> = {}) {
    checkOptions("Hub", options, { broker: "object", onError: "function" });
    this.#broker = options.broker ?? new MemoryBroker();
    this.#onError = options.onError ?? (() => undefined);
  }

  /** How many topics have subscribers here. */
  get topics(): number {
    return this.#topics.size;
  }

  /** How many subscribers of a topic are here. */
  size(topic: string): number {
    return this.#topics.get(topic)?.subscriptions.size ?? 0;
  }

  /**
   * Gives a message to every subscriber of a topic, after those that were published before. Await it: it resolves when
   * the broker has handed the message on, in one process when those subscribers that want to be waited for have room.
   * Rejects with what the broker says.
   */
  publish(topic: string, message: Message): Promise<void> {
    if (this.#isClosed) return Promise.reject(new ClosedError("the hub was closed"));
    return this.#broker.publish(topic, message);
  }

  /** Listens to a topic; resolves when messages come. Rejects with what the broker says, and for wrong options. */
  async subscribe(topic: string, options: SubscribeOptions<Message> = {}): Promise<Subscription<Message>> {
    if (this.#isClosed) throw new ClosedError("the hub was closed");
    checkSubscribeOptions(options);
    const found = this.#topics.get(topic) ?? new Topic<Message>(topic, this.#broker);
    this.#topics.set(topic, found);
    const subscription = new Subscription(options, (closed) => this.#left(found, closed));
    // One that was closed by its signal already has nobody to leave.
    if (subscription.isOpen) found.subscriptions.add(subscription);
    try {
      await found.joined;
    } catch (error) {
      subscription.close();
      throw error;
    }
    this.#dropIfEmpty(found);
    return subscription;
  }

  /** Ends every subscription and the broker. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { subscriptions } of this.#topics.values()) for (const one of subscriptions) one.close();
    await this.#broker.close();
  }

  #left(topic: Topic<Message>, subscription: Subscription<Message>): void {
    topic.subscriptions.delete(subscription);
    this.#dropIfEmpty(topic);
  }

  /** Whoever comes after gets a topic of its own: joining and leaving never meet. */
  #dropIfEmpty(topic: Topic<Message>): void {
    if (topic.subscriptions.size > 0 || this.#topics.get(topic.name) !== topic) return;
    this.#topics.delete(topic.name);
    if (!this.#isClosed) topic.leave().catch(this.#onError);
  }
}

/** The subscribers of one topic, and its line to the broker. */
class Topic<Message> {
  readonly name: string;
  readonly subscriptions = new Set<Subscription<Message>>();
  readonly #broker: Broker<Message>;
  readonly joined: Promise<void>;

  constructor(name: string, broker: Broker<Message>) {
    this.name = name;
    this.#broker = broker;
    this.joined = broker.subscribe(name, this.#deliver);
  }

  /** Never joined is left as well. */
  leave(): Promise<void> {
    return this.joined.then(
      () => this.#broker.unsubscribe(this.name, this.#deliver),
      () => undefined,
    );
  }

  readonly #deliver: Deliver<Message> = (message) => {
    if (this.subscriptions.size > SUBSCRIBERS_A_TURN) return this.#deliverInTurns(message);
    const pending: Promise<void>[] = [];
    for (const subscription of this.subscriptions) hand(message, subscription, pending);
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
  };

  /** Ten thousand answers at once would hold up everybody else for a quarter of a second. */
  async #deliverInTurns(message: Message): Promise<void> {
    const pending: Promise<void>[] = [];
    let count = 0;
    // Whoever comes meanwhile came after this message.
    for (const subscription of Array.from(this.subscriptions)) {
      hand(message, subscription, pending);
      if (++count % SUBSCRIBERS_A_TURN === 0) await nextTurn();
    }
    await Promise.all(pending);
  }
}

function hand<Message>(message: Message, to: Subscription<Message>, pending: Promise<void>[]): void {
  const room = to.take(message);
  if (room !== undefined) pending.push(room);
}

function checkSubscribeOptions<Message>(options: SubscribeOptions<Message>): void {
  const kinds = { whenSlow: "string", capacity: "number", keyOf: "function", signal: "object" } as const;
  checkOptions("subscribe", options, kinds);
  const { whenSlow = "disconnect", capacity = 1, keyOf } = options;
  if (!POLICIES.includes(whenSlow)) {
    throw new UsageError(
      `subscribe: whenSlow is one of ${POLICIES.join(", ")}, not ${JSON.stringify(whenSlow)}`,
    );
  }
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new UsageError(`subscribe: capacity is an integer from 1 up, not ${capacity}`);
  }
  if (keyOf !== undefined && whenSlow !== "conflate")
    throw new UsageError("subscribe: keyOf is for conflate");
}
