/**
 * The errors of Tack. Each carries its answer: a code from one closed union, whose fault it was, and
 * the status that fits. Recognised by brand, so two copies of the package understand each other.
 */

const BRAND = Symbol.for("tack.error");

/** Every code an error of this package can have; `docs/errors.md` lists the same. */
export type ErrorCode =
  | "HTTP" // an app or middleware asked for this status
  | "PROTOCOL" // the peer broke its protocol
  | "CONTRACT" // an app, middleware or server broke a rule of the contract
  | "USAGE" // an option or argument is wrong
  | "LIMIT" // a limit was reached
  | "CLOSED"; // used after its end

interface TackErrorOptions {
  readonly cause?: unknown;
}

abstract class TackError extends Error {
  abstract readonly code: ErrorCode;

  constructor(message: string, options?: TackErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * True when `value` is one of the errors of this package, also from another copy of it.
 *
 * @example
 * if (isTackError(error) && error.code === "LIMIT") return tooLarge();
 */
export function isTackError(
  value: unknown,
): value is Error & { readonly code: ErrorCode; readonly status?: number } {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** What an {@link HttpError} may carry besides its status and text. */
export interface HttpErrorOptions extends TackErrorOptions {
  /** Whether the message may be shown to the client; true below 500 when absent. */
  readonly expose?: boolean;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/**
 * Thrown by apps and middleware to answer with a status.
 *
 * @example
 * throw new HttpError(404, "no such article");
 */
export class HttpError extends TackError {
  readonly code = "HTTP";
  readonly status: number;
  readonly expose: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];

  constructor(status: number, message: string, options: HttpErrorOptions = {}) {
    super(message, options);
    this.status = status;
    this.expose = options.expose ?? status < 500;
    this.headers = options.headers ?? [];
  }
}

/** Thrown by codecs when the peer breaks its protocol; `status` is the answer if one can still be given. */
export class ProtocolError extends TackError {
  readonly code = "PROTOCOL";
  readonly status: number;
  /** The rule that was broken, for example "RFC 9112 §6.3". */
  readonly rule: string;

  constructor(status: number, message: string, rule: string) {
    super(message);
    this.status = status;
    this.rule = rule;
  }
}

/** Thrown when an app, middleware or server breaks a rule of the contract; quotes the rule's id. */
export class ContractError extends TackError {
  readonly code = "CONTRACT";
  /** The id in `spec/PAGI.md` or `spec/PSGI.md`. */
  readonly rule: string;
  readonly status = 500;

  constructor(rule: string, message: string, options?: TackErrorOptions) {
    super(`${rule}: ${message}`, options);
    this.rule = rule;
  }
}

/** Thrown by factories and the launcher for a wrong option; its message is one line for people. */
export class UsageError extends TackError {
  readonly code = "USAGE";
}

/** Thrown when a limit is reached: which one, and its value. */
export class LimitError extends TackError {
  readonly code = "LIMIT";
  readonly limit: string;
  readonly value: number;
  readonly status: number;

  constructor(limit: string, value: number, status: number) {
    super(`${limit} of ${value} reached`);
    this.limit = limit;
    this.value = value;
    this.status = status;
  }
}

/** Thrown when something is used after its end, for example a writer after `close`. */
export class ClosedError extends TackError {
  readonly code = "CLOSED";
}
