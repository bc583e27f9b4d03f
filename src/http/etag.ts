/** Entity tags: comparing them and reading lists of them (RFC 9110 §8.8.3). */

const TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/;

/** True when both are strong and the same: needed before parts of two responses are put together. */
export function strongMatch(one: string, other: string): boolean {
  return one === other && !one.startsWith("W/");
}

/** True when both name the same content, whether weak or strong. */
export function weakMatch(one: string, other: string): boolean {
  return opaque(one) === opaque(other);
}

/**
 * The members of `If-Match` or `If-None-Match`: `"*"` for any, else the tags. What is no tag ends the list.
 *
 * @example
 * parseTags('"a", W/"b"'); // ['"a"', 'W/"b"']
 */
export function parseTags(value: string): "*" | string[] {
  if (value.trim() === "*") return "*";
  const tags: string[] = [];
  let rest = value.replace(/^[\s,]+/, "");
  for (let tag = TAG.exec(rest)?.[0]; tag !== undefined; tag = TAG.exec(rest)?.[0]) {
    tags.push(tag);
    rest = rest.slice(tag.length).replace(/^[\s,]+/, "");
  }
  return tags;
}

function opaque(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}
