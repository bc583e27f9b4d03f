/** One row of the tables about fetch handlers. */
import type { FetchHandler } from "#src/http/fetch-handler.js";
import type { Carrier, Place } from "./carriers.js";

/** One row of the table. */
export interface FetchRow {
  readonly title: string;
  /** Carriers on which it cannot hold, with the reason. They are run all the same, and must fail. */
  readonly differs?: Partial<Record<Carrier, string>>;
  /** Makes the handler and the check that goes with it. */
  make(): { readonly handler: FetchHandler; check(place: Place): Promise<void> };
}

/** A row whose handler needs no memory. */
export function simple(
  title: string,
  handler: FetchHandler,
  check: (place: Place) => Promise<void>,
): FetchRow {
  return { title, make: () => ({ handler, check }) };
}

/** The values of a field. */
export function valuesOf(headers: readonly (readonly [string, string])[], name: string): string[] {
  return headers.filter((pair) => pair[0] === name).map(([, value]) => value);
}
