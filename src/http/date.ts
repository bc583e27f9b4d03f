/** Dates as HTTP writes them (RFC 9110 §5.6.7). */

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const IMF = /^\w{3}, (?<day>\d{2}) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/;
const RFC850 = /^\w{6,9}, (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/;
const ASCTIME = /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/;

/**
 * A moment, given in milliseconds since 1970, as an HTTP date; fractions of a second are cut off.
 *
 * @example
 * formatDate(784111777000); // "Sun, 06 Nov 1994 08:49:37 GMT"
 */
export function formatDate(milliseconds: number): string {
  return new Date(milliseconds).toUTCString();
}

/**
 * Reads an HTTP date in any of its three forms; milliseconds since 1970, or `undefined` when it is none.
 * `now` decides the century of a year with two digits: never more than 50 years ahead.
 *
 * @example
 * parseDate("Sunday, 06-Nov-94 08:49:37 GMT"); // 784111777000
 */
export function parseDate(text: string, now: number = Date.now()): number | undefined {
  const parts = (IMF.exec(text) ?? RFC850.exec(text) ?? ASCTIME.exec(text))?.groups;
  if (parts === undefined) return undefined;
  const { day = "", month = "", year = "", time = "" } = parts;
  const [hour = 0, minute = 0, second = 0] = time.split(":").map(Number);
  const place = MONTHS.indexOf(month);
  if (place === -1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const moment = Date.UTC(fullYear(year, now), place, Number(day), hour, minute, second);
  // A day that the month does not have moves the date into the next month.
  return new Date(moment - second * 1000).getUTCDate() === Number(day) ? moment : undefined;
}

function fullYear(year: string, now: number): number {
  if (year.length === 4) return Number(year);
  const current = new Date(now).getUTCFullYear();
  const guess = Math.floor(current / 100) * 100 + Number(year);
  return guess > current + 50 ? guess - 100 : guess;
}
