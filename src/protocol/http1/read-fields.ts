/** Makes the list of headers from the text of a head that {@link readHead} has accepted. */
import { withoutOddFields } from "../../http/odd-fields.ts";
import type { Headers } from "../../pagi/scope.ts";

/**
 * The fields of `text` from `start` on: lower-case names, values without the blanks around them, in wire
 * order. With `isOdd`, several cookie fields become one (HEAD-7) and names with an underscore are dropped: in
 * CGI variables they could not be told from the name with a dash.
 */
export function readFields(text: string, start: number, isOdd: boolean): Headers {
  const fields: (readonly [string, string])[] = [];
  let at = start;
  for (;;) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd <= at) return isOdd ? withoutOddFields(fields) : fields;
    const colon = text.indexOf(":", at);
    fields.push([text.slice(at, colon).toLowerCase(), trimmed(text, colon + 1, lineEnd)]);
    at = lineEnd + 2;
  }
}

/** Blank and tab only: `trim` would also take bytes above 0x7f that Unicode calls blank. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
