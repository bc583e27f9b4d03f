/** One body of each kind, with a count of how often it was closed. */
import { Readable } from "node:stream";
import type { PsgiBody, PsgiChunk } from "#src/psgi/response.js";

/** A body under watch. */
export interface WatchedBody {
  readonly body: PsgiBody;
  closes(): number;
  pulls(): number;
}

/** What a body gives: pieces, then its end, a failure, or silence. */
export interface BodyPlan {
  readonly pieces: readonly PsgiChunk[];
  readonly ending?: "end" | "fail" | "wait";
}

type Maker = (plan: BodyPlan) => WatchedBody;

class Watch {
  closed = 0;
  pulled = 0;
  readonly #pieces: PsgiChunk[];
  readonly #ending: BodyPlan["ending"];

  constructor({ pieces, ending = "end" }: BodyPlan) {
    this.#pieces = [...pieces];
    this.#ending = ending;
  }

  async next(): Promise<PsgiChunk | undefined> {
    this.pulled++;
    const piece = this.#pieces.shift();
    if (piece !== undefined || this.#ending === "end") return piece;
    if (this.#ending === "fail") throw new Error("the body broke");
    return new Promise(() => undefined);
  }

  readonly close = (): void => void this.closed++;

  with(body: PsgiBody): WatchedBody {
    return { body, closes: () => this.closed, pulls: () => this.pulled };
  }
}

function iterable(watch: Watch): AsyncIterable<PsgiChunk> {
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = await watch.next();
        return value === undefined ? { done: true, value } : { done: false, value };
      },
      async return() {
        watch.close();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** Every kind of body that is pulled; each can be told to end, to fail or to fall silent. */
export const pulledBodies: Readonly<Record<string, Maker>> = {
  "handle with getline": (plan) => {
    const watch = new Watch(plan);
    return watch.with({ getline: () => watch.next(), close: watch.close });
  },
  ReadableStream: (plan) => {
    const watch = new Watch(plan);
    const stream = new ReadableStream<PsgiChunk>(
      {
        async pull(controller) {
          const piece = await watch.next();
          if (piece !== undefined) return controller.enqueue(piece);
          watch.close();
          controller.close();
        },
        cancel: watch.close,
      },
      { highWaterMark: 0 },
    );
    return watch.with(stream);
  },
  "Node Readable": (plan) => {
    const watch = new Watch(plan);
    const readable = new Readable({
      highWaterMark: 1,
      read() {
        watch.next().then(
          (piece) => this.push(piece ?? null),
          (error: Error) => this.destroy(error),
        );
      },
      destroy(error, done) {
        watch.close();
        done(error);
      },
    });
    return watch.with(readable);
  },
  "async iterable": (plan) => {
    const watch = new Watch(plan);
    return watch.with(iterable(watch));
  },
};
