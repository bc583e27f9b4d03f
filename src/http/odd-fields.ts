/** Request fields that need care before an app may see them. */
import type { Headers } from "../pagi/scope.ts";

/**
 * The fields without those that have an underscore in their names, which CGI variables could not tell from a dash, and
 * with one cookie field in place of several: its pairs are joined by "; " (RFC 6265 §5.4, RFC 9113 §8.2.3, HEAD-7).
 *
 * @example
 * withoutOddFields([["cookie", "a=1"], ["x_y", "1"], ["cookie", "b=2"]]); // [["cookie", "a=1; b=2"]]
 */
export function withoutOddFields(fields: Headers): Headers {
  const kept = fields.filter(([name]) => !name.includes("_"));
  const cookies = kept.filter(([name]) => name === "cookie");
  if (cookies.length < 2) return kept;
  const joined: readonly [string, string] = ["cookie", cookies.map(([, value]) => value).join("; ")];
  return kept
    .filter((field) => field[0] !== "cookie" || field === cookies[0])
    .map((field) => {
      return field === cookies[0] ? joined : field;
    });
}
