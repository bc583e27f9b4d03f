import assert from "node:assert/strict";
import { test } from "node:test";
import { isFieldName, isFieldValue, isToken, listMembers, quote, unquote } from "#src/http/token.js";

test("a token is one or more tchar (RFC 9110 §5.6.2)", () => {
  for (const text of ["GET", "x-a", "!#$%&'*+-.^_`|~09"]) assert.equal(isToken(text), true, text);
  for (const text of ["", "a b", "a:b", "(a)", "\u00e9", "a\n"]) assert.equal(isToken(text), false, text);
});

test("a field name of the contract is a token in lower case (RFC 9110 §5.1)", () => {
  assert.deepEqual([isFieldName("x-a"), isFieldName("X-A"), isFieldName("x a")], [true, false, false]);
});

test("a field value has no control characters but tab (RFC 9110 §5.5)", () => {
  for (const text of ["", "a b\tc", "caf\u00e9"]) assert.equal(isFieldValue(text), true, text);
  for (const text of ["a\r\nb: c", "\0", "\x7f", "\u20ac", "a\n"])
    assert.equal(isFieldValue(text), false, text);
});

test("quoting and unquoting are opposites (RFC 9110 §5.6.4)", () => {
  for (const text of ["", "plain", 'say "hi"', "back\\slash"]) assert.equal(unquote(quote(text)), text);
  assert.equal(unquote("bare"), "bare");
  assert.equal(unquote('"'), '"');
});

test("a list is split at commas outside of quotes, empty members left out (RFC 9110 §5.6.1)", () => {
  assert.deepEqual(listMembers("gzip, ,br ,"), ["gzip", "br"]);
  assert.deepEqual(listMembers('a;q="0,5", b="\\",", c'), ['a;q="0,5"', 'b="\\","', "c"]);
  assert.deepEqual(listMembers(""), []);
  assert.deepEqual(listMembers('"never, closed'), ['"never, closed']);
});
