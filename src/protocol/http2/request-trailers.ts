/** The fields after the body of an HTTP/2 request (RFC 9113 §8.1). */
import { mayTrail } from "../../http/trailers.ts";
import type { Headers } from "../../pagi/scope.ts";

/**
 * Makes the list of trailers from names and values in turn; those that frame or route are dropped (RFC 9110 §6.5.1).
 *
 * @example
 * readTrailers(["x-sum", "1", "content-length", "5"]); // [["x-sum", "1"]]
 */
export function readTrailers(list: readonly string[]): Headers {
  const trailers: (readonly [string, string])[] = [];
  for (let index = 0; index < list.length; index += 2) {
    const name = list[index]!;
    if (mayTrail(name)) trailers.push([name, list[index + 1]!]);
  }
  return trailers;
}
