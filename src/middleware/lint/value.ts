/** Small questions about values that came from outside the type checker. */

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const CLEAN = /^[\t\x20-\x7E\x80-\uFFFF]*$/;
const WIDE = /[\u0100-\uFFFF]/;
const DIGITS = /^[0-9]+$/;
const encoder = new TextEncoder();

/** A record whose fields nobody has looked at yet. */
export type Unknowns = Readonly<Record<PropertyKey, unknown>>;

/** True for objects that are no arrays; functions are not meant. */
export function isRecord(value: unknown): value is Unknowns {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for an integer not below `from`. */
export function isCount(value: unknown, from = 0): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= from;
}

/** True for a finite number of seconds not below 0. */
export function isSeconds(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** True for an integer from `low` to `high`. */
export function isBetween(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}

/** True for a token (RFC 9110 §5.6.2), in any case. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && TOKEN.test(value);
}

/** True when the text holds a control character other than TAB. */
export function hasControl(text: string): boolean {
  return !CLEAN.test(text);
}

/** True when a character of the text is no byte. */
export function isWide(text: string): boolean {
  return WIDE.test(text);
}

/** True for a non-empty string of decimal digits. */
export function isDigits(value: unknown): value is string {
  return typeof value === "string" && DIGITS.test(value);
}

/** True for bytes. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

/** The number of bytes a piece of a body has; a string is counted as UTF-8. */
export function byteCount(piece: Uint8Array | string): number {
  return typeof piece === "string" ? encoder.encode(piece).length : piece.length;
}

/** True for an absolute path of a POSIX or Windows file system. */
export function isAbsolutePath(value: unknown): value is string {
  return typeof value === "string" && /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(value);
}

/** The same promise; whoever does not look at it does not end the process by that. */
export function owned<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
