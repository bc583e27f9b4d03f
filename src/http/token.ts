/** The small grammars that header fields are made of (RFC 9110 §5.5 and §5.6). */

// RFC 9110 §5.6.2: 1*tchar.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// A field name as the contract wants it: a token without upper-case letters.
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
// RFC 9110 §5.5: visible characters, space, tab and obs-text; every other control is refused.
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * True for a token (RFC 9110 §5.6.2), the form of methods, field names and most parameters.
 *
 * @example
 * isToken("GET"); // true
 * isToken("two words"); // false
 */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** True for a field name in the form of the contract: a lower-case token (RFC 9110 §5.1). */
export function isFieldName(text: string): boolean {
  return FIELD_NAME.test(text);
}

/**
 * True for a field value that is safe on the wire: a byte string without CR, LF, NUL or any other
 * control but tab (RFC 9110 §5.5). Leading and trailing blanks are not judged.
 *
 * @example
 * isFieldValue("text/plain"); // true
 * isFieldValue("a\r\nset-cookie: b"); // false
 */
export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

/**
 * The text as a quoted-string (RFC 9110 §5.6.4), with quotes and backslashes escaped.
 *
 * @example
 * quote('say "hi"'); // '"say \\"hi\\""'
 */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * The text of a quoted-string without its quotes and escapes (RFC 9110 §5.6.4); any other text unchanged.
 *
 * @example
 * unquote('"a\\"b"'); // 'a"b'
 */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}

/**
 * The members of a comma-separated list (RFC 9110 §5.6.1), trimmed, without empty ones. A comma
 * inside a quoted-string does not separate.
 *
 * @example
 * listMembers('gzip, ,br;q="0,5"'); // ["gzip", 'br;q="0,5"']
 */
export function listMembers(value: string): string[] {
  const members = value.includes('"') ? value.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) : value.split(",");
  return (members ?? []).map((member) => member.trim()).filter((member) => member !== "");
}
