/** What carries messages between those who publish and those who listen: in one process, or between many. Types only. */

/** Takes a message. A promise holds back the next message of its topic until it resolves. Never throws or rejects. */
export type Deliver<Message> = (message: Message) => void | Promise<void>;

/**
 * A hub speaks to one of these. Whoever listens to a topic gets its messages in the order in which they were
 * published, at most once, from when `subscribe` has resolved until `unsubscribe` is called.
 *
 * @example
 * const broker: Broker<string> = new MemoryBroker();
 * await broker.subscribe("news", (message) => console.log(message));
 * await broker.publish("news", "hello");
 */
export interface Broker<Message> {
  /** Resolves when the message was handed on, in one process when whoever takes it has taken it. */
  publish(topic: string, message: Message): Promise<void>;
  /** Resolves when messages come. Called again for the same topic and function it changes nothing. */
  subscribe(topic: string, deliver: Deliver<Message>): Promise<void>;
  /** No message comes any more, not even one that is on its way. */
  unsubscribe(topic: string, deliver: Deliver<Message>): Promise<void>;
  /** Ends everything. Nothing is called on it afterwards. */
  close(): Promise<void>;
}
