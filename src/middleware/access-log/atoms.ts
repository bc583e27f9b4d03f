/** What each letter of a log format prints: Apache's letters, with seconds and microseconds named apart. */
import type { Headers } from "../../pagi/scope.ts";
import type { AccessRecord } from "./record.ts";

/** Prints one fact of a record, unescaped; the empty string becomes a dash. */
export type Atom = (record: AccessRecord) => string;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const method: Atom = ({ scope }) => (scope.type === "websocket" ? "GET" : scope.method);
const protocol: Atom = ({ scope }) => `HTTP/${scope.httpVersion}`;
const query: Atom = ({ scope }) => (scope.queryString === "" ? "" : `?${scope.queryString}`);
const host: Atom = ({ scope }) => header(scope.headers, "host");

/** Atoms of one letter. */
export const ATOMS: Readonly<Record<string, Atom>> = {
  h: ({ scope }) => scope.client?.[0] ?? (scope.server?.[1] === null ? "unix" : ""),
  l: () => "",
  u: () => "",
  t: ({ startedAt }) => `[${apacheTime(startedAt)}]`,
  r: (record) => `${method(record)} ${record.scope.rawPath}${query(record)} ${protocol(record)}`,
  m: method,
  U: ({ scope }) => scope.rawPath,
  q: query,
  H: protocol,
  s: ({ status }) => String(status),
  b: ({ bytes }) => (bytes === null || bytes === 0 ? "" : String(bytes)),
  B: ({ bytes }) => (bytes === null ? "" : String(bytes)),
  d: ({ durationMs }) => (durationMs / 1000).toFixed(3),
  D: ({ durationMs }) => String(Math.round(durationMs * 1000)),
  T: ({ durationMs }) => String(Math.floor(durationMs / 1000)),
  X: ({ reason }) => (reason === null ? "+" : "X"),
  v: host,
  V: host,
  p: ({ scope }) => String(scope.server?.[1] ?? ""),
};

/** Atoms with a name in braces; `undefined` for a name they do not know. */
export const NAMED_ATOMS: Readonly<Record<string, (name: string) => Atom | undefined>> = {
  i: (name) => {
    const wanted = name.toLowerCase();
    return ({ scope }) => header(scope.headers, wanted);
  },
  o: (name) => {
    const wanted = name.toLowerCase();
    return ({ responseHeaders }) => header(responseHeaders, wanted);
  },
  T: (unit) => DURATIONS[unit],
  t: (form) => TIMES[form],
};

const DURATIONS: Readonly<Record<string, Atom>> = {
  s: ({ durationMs }) => String(Math.floor(durationMs / 1000)),
  ms: ({ durationMs }) => String(Math.round(durationMs)),
  us: ({ durationMs }) => String(Math.round(durationMs * 1000)),
};

const TIMES: Readonly<Record<string, Atom>> = {
  iso: ({ startedAt }) => new Date(startedAt).toISOString(),
  sec: ({ startedAt }) => String(Math.floor(startedAt / 1000)),
  msec: ({ startedAt }) => String(startedAt),
};

function header(headers: Headers, name: string): string {
  const values = headers.filter((field) => field[0] === name).map((field) => field[1]);
  return values.join(", ");
}

let lastSecond = NaN;
let lastText = "";

/** `10/Oct/2000:13:55:36 +0000`, always UTC; written once a second. */
function apacheTime(time: number): string {
  const second = Math.floor(time / 1000);
  if (second === lastSecond) return lastText;
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, "0");
  const clock = date.toISOString().slice(11, 19);
  lastSecond = second;
  lastText = `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock} +0000`;
  return lastText;
}
