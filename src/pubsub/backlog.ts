/** What waits for a subscriber that does not keep up, and what becomes of it when there is too much. */

/** What happens to a subscriber that does not keep up. */
export type SlowPolicy =
  /** Nothing is lost: who publishes waits. One slow subscriber holds the whole topic back. */
  | "wait"
  /** The oldest message makes room for the newest. */
  | "dropOldest"
  /** Of messages of the same key only the newest waits: the others are outdated. */
  | "conflate"
  /** The subscription ends with a `LimitError`: the client has to come back and catch up. */
  | "disconnect";

/** Messages of one subscriber, oldest first. */
export interface Backlog<Message> {
  readonly size: number;
  /** How many messages were given up. */
  readonly dropped: number;
  /** Adds a message. False when there is no room and none is made. */
  push(message: Message): boolean;
  /** Takes the oldest. Only while `size` is above 0. */
  shift(): Message;
}

/** What a backlog is made with. */
export interface BacklogOptions<Message> {
  readonly whenSlow: SlowPolicy;
  readonly capacity: number;
  readonly keyOf: ((message: Message) => unknown) | undefined;
}

/** The backlog for a policy. */
export function makeBacklog<Message>({
  whenSlow,
  capacity,
  keyOf,
}: BacklogOptions<Message>): Backlog<Message> {
  if (whenSlow === "conflate") return new LatestBacklog(capacity, keyOf ?? (() => undefined));
  return new QueueBacklog(capacity, whenSlow);
}

/** Every message, up to the capacity. */
class QueueBacklog<Message> implements Backlog<Message> {
  readonly #capacity: number;
  readonly #whenSlow: SlowPolicy;
  readonly #messages: Message[] = [];
  dropped = 0;

  constructor(capacity: number, whenSlow: SlowPolicy) {
    this.#capacity = capacity;
    this.#whenSlow = whenSlow;
  }

  get size(): number {
    return this.#messages.length;
  }

  push(message: Message): boolean {
    const isFull = this.#messages.length >= this.#capacity;
    if (isFull && this.#whenSlow === "disconnect") return false;
    if (isFull && this.#whenSlow === "dropOldest") {
      this.#messages.shift();
      this.dropped++;
    }
    this.#messages.push(message);
    return true;
  }

  shift(): Message {
    return this.#messages.shift()!;
  }
}

/** The newest message of each key, in the place of the first that waited. */
class LatestBacklog<Message> implements Backlog<Message> {
  readonly #capacity: number;
  readonly #keyOf: (message: Message) => unknown;
  readonly #messages = new Map<unknown, Message>();
  dropped = 0;

  constructor(capacity: number, keyOf: (message: Message) => unknown) {
    this.#capacity = capacity;
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#messages.size;
  }

  push(message: Message): boolean {
    const key = this.#keyOf(message);
    if (this.#messages.has(key)) this.dropped++;
    else if (this.#messages.size >= this.#capacity) this.#dropOldest();
    this.#messages.set(key, message);
    return true;
  }

  shift(): Message {
    const [key, message] = this.#messages.entries().next().value!;
    this.#messages.delete(key);
    return message;
  }

  #dropOldest(): void {
    this.shift();
    this.dropped++;
  }
}
