import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDate, parseDate } from "#src/http/date.js";

const moment = Date.UTC(1994, 10, 6, 8, 49, 37);

test("a date is written in the preferred form (RFC 9110 §5.6.7)", () => {
  assert.equal(formatDate(moment + 999), "Sun, 06 Nov 1994 08:49:37 GMT");
});

for (const text of [
  "Sun, 06 Nov 1994 08:49:37 GMT",
  "Sunday, 06-Nov-94 08:49:37 GMT",
  "Sun Nov  6 08:49:37 1994",
]) {
  test(`the date form "${text}" is read (RFC 9110 §5.6.7)`, () => assert.equal(parseDate(text), moment));
}

for (const text of ["", "0", "yesterday", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT"]) {
  test(`"${text}" is no date`, () => assert.equal(parseDate(text), undefined));
}

test("a year of two digits is never more than 50 years ahead", () => {
  const now = Date.UTC(2026, 0, 1);
  assert.equal(new Date(parseDate("Friday, 01-Jan-76 00:00:00 GMT", now) ?? 0).getUTCFullYear(), 2076);
  assert.equal(new Date(parseDate("Friday, 01-Jan-77 00:00:00 GMT", now) ?? 0).getUTCFullYear(), 1977);
});
