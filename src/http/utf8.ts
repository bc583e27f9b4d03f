/** UTF-8 without encoding. */

/**
 * How many bytes a text has as UTF-8, counted as `TextEncoder` encodes it and much faster for short texts.
 *
 * @example
 * utf8Length("caf\u00e9"); // 5
 */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Two halves of a pair make four bytes; a lone half becomes U+FFFD, three bytes.
    const pair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
    if (pair) index++;
    length += unit < 0x800 ? 1 : 2;
  }
  return length;
}
