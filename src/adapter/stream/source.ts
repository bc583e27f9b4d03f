/** Where the pieces of a response body come from, whatever the app gave. */

/** One piece; a string is sent as UTF-8. */
export type Piece = Uint8Array | string;

/** A body that is pulled piece by piece. */
export interface Source {
  /** The next piece, `undefined` at the end; at once or later. Never called again before it has answered. */
  pull(): Piece | undefined | Promise<Piece | undefined>;
  /**
   * Lets go of what is behind the body. Works before the first pull and while a pull is pending, acts once,
   * and never throws: what closing throws is reported.
   */
  release(reason?: Error): void;
}

/** Where errors go that nobody waits for. Never throws. */
export type Report = (what: string, error: unknown) => void;

/** A release that runs `close` once and owns whatever comes out of it. */
export function releaseOnce(close: (reason?: Error) => unknown, report: Report): Source["release"] {
  let isReleased = false;
  return (reason) => {
    if (isReleased) return;
    isReleased = true;
    own(
      () => close(reason),
      (error) => report("closing the response body failed", error),
    );
  };
}

/** Runs `action` and hands its error, thrown or rejected, to `onError`. */
export function own(action: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = action();
    if (isPromise(result)) result.then(undefined, onError);
  } catch (error) {
    onError(error);
  }
}

/** True for a promise of any make. */
export function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}

/** A source over the reader of a web stream: `cancel` works at any time, and after the end it does nothing. */
export function streamSource(stream: ReadableStream<Piece>, report: Report): Source {
  const reader = stream.getReader();
  let hasEnded = false;
  const taken = ({ done, value }: { readonly done: boolean; readonly value?: Piece | undefined }) => {
    hasEnded = done;
    return value;
  };
  return {
    pull: () => reader.read().then(taken),
    release: releaseOnce((reason) => (hasEnded ? undefined : reader.cancel(reason)), report),
  };
}
