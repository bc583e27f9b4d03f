/** Headers that no server may send. */

/** What is wrong, and a list of headers with that fault. */
export const BAD_HEADERS: readonly (readonly [string, unknown])[] = [
  ["CR LF in a value", [["x-a", "b\r\nx-evil: 1"]]],
  ["LF in a value", [["x-a", "b\nx-evil: 1"]]],
  ["CR in a value", [["x-a", "b\rc"]]],
  ["NUL in a value", [["x-a", "b\0c"]]],
  ["a control character in a value", [["x-a", "b\u0001c"]]],
  ["a character above 0xff in a value", [["x-a", "\u3042"]]],
  ["a character whose low byte is LF", [["x-a", "b\u010ac"]]],
  ["CR LF in a name", [["x-a\r\nx-evil", "1"]]],
  ["a colon in a name", [["x-a: b", "1"]]],
  ["a blank in a name", [["x a", "1"]]],
  ["an empty name", [["", "1"]]],
  ["upper case in a name", [["X-A", "1"]]],
  ["a value that is no string", [["x-a", 1]]],
  ["a pair of one", [["x-a"]]],
  ["a pair of three", [["x-a", "1", "2"]]],
  ["a flat list", ["x-a", "1"]],
  ["an object", { "x-a": "1" }],
];
