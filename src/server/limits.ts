/** The bounds of a server, as numbers. */
import { UsageError } from "../http/errors.ts";
import { LIMIT_OPTIONS, type LimitName } from "./limit-options.ts";

/** Bounds in bytes, counts and milliseconds; each is described in `docs/options.md`. */
export type Limits = { readonly [Name in LimitName]: number };

const OFF_AT_ZERO: ReadonlySet<LimitName> = new Set<LimitName>([
  "maxBodyBytes",
  "maxConnections",
  "maxHandshakes",
  "maxRequestsInFlight",
  "maxRequestsPerConnection",
  "requestTimeoutMs",
]);

/** What counts messages has 32 bits; beyond, a limit would be another one, or none. */
const LARGEST_COUNT = 2 ** 31 - 1;

/**
 * Every limit: the given ones, else the defaults. Switched-off ones become `Infinity`, so nobody has to ask.
 * Throws a `UsageError` for a value that is not a number from 0 up.
 *
 * @example
 * resolveLimits({ maxBodyBytes: 0 }).maxBodyBytes; // Infinity
 */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  const limits = {} as Record<LimitName, number>;
  for (const name of Object.keys(LIMIT_OPTIONS) as LimitName[]) {
    const value = given[name] ?? LIMIT_OPTIONS[name].default;
    if (typeof value !== "number" || !(value >= 0)) {
      throw new UsageError(`${name} must be a number from 0 up, not ${JSON.stringify(value)}`);
    }
    limits[name] = value === 0 && OFF_AT_ZERO.has(name) ? Infinity : value;
  }
  if (limits.lowWaterMark > limits.highWaterMark) {
    throw new UsageError("lowWaterMark must not be above highWaterMark");
  }
  checkSessions(limits);
  return limits;
}

function checkSessions(limits: Limits): void {
  for (const name of ["maxMessageBytes", "maxMessageFragments", "maxReceiveQueue"] as const) {
    const value = limits[name];
    if (!Number.isInteger(value) || value < 1 || value > LARGEST_COUNT)
      throw new UsageError(`${name} must be an integer from 1 to ${LARGEST_COUNT}, not ${value} (SCOPE-14)`);
  }
  const { deflateContextBits: bits, stopCloseCode: code } = limits;
  if (bits !== 0 && !(Number.isInteger(bits) && bits >= 9 && bits <= 15)) {
    throw new UsageError("deflateContextBits must be 0, or from 9 to 15");
  }
  if (code !== 1012 && code !== 1001) throw new UsageError("stopCloseCode must be 1012 or 1001");
}
