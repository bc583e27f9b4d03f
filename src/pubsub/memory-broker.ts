/** A broker inside of one process. */
import { ClosedError } from "../http/errors.ts";
import type { Broker, Deliver } from "./broker.ts";

interface Topic<Message> {
  readonly takers: Set<Deliver<Message>>;
  /** The delivery that is under way, when somebody has to be waited for. */
  turn: Promise<void> | undefined;
}

/**
 * Hands each message to everybody who listens, at once. Where somebody has to be waited for, the messages behind wait
 * in line, and so does whoever awaits `publish`. Costs nothing for topics that nobody listens to.
 *
 * @example
 * const hub = new Hub<string>({ broker: new MemoryBroker() });
 */
export class MemoryBroker<Message> implements Broker<Message> {
  readonly #topics = new Map<string, Topic<Message>>();
  #isClosed = false;

  publish(topic: string, message: Message): Promise<void> {
    if (this.#isClosed) return Promise.reject(new ClosedError("the broker was closed"));
    const found = this.#topics.get(topic);
    if (found === undefined) return Promise.resolve();
    const hand = (): Promise<void> | undefined => handTo(found.takers, message);
    const handed = found.turn === undefined ? hand() : found.turn.then(hand);
    return handed === undefined ? Promise.resolve() : queue(found, handed);
  }

  async subscribe(topic: string, deliver: Deliver<Message>): Promise<void> {
    if (this.#isClosed) throw new ClosedError("the broker was closed");
    const found = this.#topics.get(topic) ?? { takers: new Set(), turn: undefined };
    this.#topics.set(topic, found);
    found.takers.add(deliver);
  }

  async unsubscribe(topic: string, deliver: Deliver<Message>): Promise<void> {
    const found = this.#topics.get(topic);
    found?.takers.delete(deliver);
    if (found?.takers.size === 0) this.#topics.delete(topic);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { takers } of this.#topics.values()) takers.clear();
    this.#topics.clear();
  }
}

/** A promise when somebody has to be waited for. */
function handTo<Message>(takers: Iterable<Deliver<Message>>, message: Message): Promise<void> | undefined {
  const pending: Promise<void>[] = [];
  for (const deliver of takers) {
    const taken = deliver(message);
    if (taken !== undefined) pending.push(taken);
  }
  return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
}

/** What is published from now on comes after `turn`. */
function queue<Message>(topic: Topic<Message>, turn: Promise<void>): Promise<void> {
  topic.turn = turn;
  void turn.then(() => {
    if (topic.turn === turn) topic.turn = undefined;
  });
  return turn;
}
