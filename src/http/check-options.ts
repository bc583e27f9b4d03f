/** Options of factories are checked when they are given, not at the first request. */
import { UsageError } from "./errors.ts";

/** What an option may be, in the words of `typeof`. */
export type OptionKind = "string" | "number" | "boolean" | "function" | "object";

/**
 * Throws a `UsageError` unless `options` is an object with no other keys than those of `kinds`, each
 * absent or of its kind. The message names the factory, the option and what was expected.
 *
 * @example
 * checkOptions("runtime", { header: "x-took" }, { header: "string" });
 */
export function checkOptions(
  factory: string,
  options: object,
  kinds: Readonly<Record<string, OptionKind | readonly OptionKind[]>>,
): void {
  if (typeof options !== "object" || options === null)
    throw new UsageError(`${factory}: options must be an object, got ${typeof options}`);
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined)
      throw new UsageError(`${factory}: unknown option "${name}"; known are ${list(Object.keys(kinds))}`);
    const allowed: readonly string[] = typeof kind === "string" ? [kind] : kind;
    if (value !== undefined && !allowed.includes(typeof value))
      throw new UsageError(
        `${factory}: option "${name}" must be a ${allowed.join(" or a ")}, got ${typeof value}`,
      );
  }
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
