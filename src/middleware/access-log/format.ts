/** Compiles a log format into a function that writes one line. */
import { UsageError } from "../../http/errors.ts";
import type { Headers } from "../../pagi/scope.ts";
import { ATOMS, NAMED_ATOMS, type Atom } from "./atoms.ts";
import type { AccessRecord } from "./record.ts";

const PRESETS: Readonly<Record<string, string>> = {
  common: '%h %l %u %t "%r" %s %b',
  combined: '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"',
};

const PIECE = /%%|%[<>]?(?:\{([^}]*)\})?([A-Za-z])|[^%]+|%/g;

/**
 * Compiles `common`, `combined`, `json` or a format string. Throws a `UsageError` for an unknown atom.
 *
 * @example
 * const line = compileFormat("%m %U %s %D")(record);
 */
export function compileFormat(format: string): (record: AccessRecord) => string {
  if (format === "json") return jsonLine;
  const pattern = Object.hasOwn(PRESETS, format) ? PRESETS[format]! : format;
  const words = Object.keys(PRESETS).join(", ");
  if (!pattern.includes("%")) {
    throw new UsageError(`"${format}" is no access log format: it is neither ${words}, json nor has it a %`);
  }
  const pieces = Array.from(pattern.matchAll(PIECE), ([text, argument, letter]) =>
    letter === undefined ? literal(text, format) : atom(text, letter, argument),
  );
  return (record) => {
    let line = "";
    for (const piece of pieces) line += typeof piece === "string" ? piece : piece(record);
    return line;
  };
}

function literal(text: string, format: string): string {
  if (text === "%")
    throw new UsageError(`a lone % in the access log format "${format}"; write %% for a percent sign`);
  return text === "%%" ? "%" : text;
}

function atom(text: string, letter: string, argument: string | undefined): Atom {
  const found =
    argument === undefined
      ? Object.hasOwn(ATOMS, letter) && ATOMS[letter]
      : Object.hasOwn(NAMED_ATOMS, letter) && NAMED_ATOMS[letter]?.(argument);
  if (!found) throw new UsageError(`unknown atom ${text} in the access log format`);
  return (record) => escape(found(record));
}

/**
 * What a client sends must neither end a quoted field nor begin a line: quotes, backslashes and everything
 * that is not printable ASCII are escaped.
 */
function escape(text: string): string {
  if (text === "") return "-";
  if (!/[^\x20\x21\x23-\x5b\x5d-\x7e]/.test(text)) return text;
  return text.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, (char) => {
    if (char === '"' || char === "\\") return `\\${char}`;
    const code = char.charCodeAt(0);
    return code <= 0xff
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** Numbers stay numbers, absent things are `null`, and names carry their units. */
function jsonLine(record: AccessRecord): string {
  const { scope } = record;
  return JSON.stringify({
    time: new Date(record.startedAt).toISOString(),
    type: scope.type,
    client: scope.client?.[0] ?? null,
    method: scope.type === "websocket" ? "GET" : scope.method,
    path: scope.rawPath,
    query: scope.queryString,
    protocol: `HTTP/${scope.httpVersion}`,
    host: first(scope.headers, "host"),
    status: record.status,
    bodyBytes: record.bytes,
    durationMs: Math.round(record.durationMs * 1000) / 1000,
    referer: first(scope.headers, "referer"),
    userAgent: first(scope.headers, "user-agent"),
    end: record.reason ?? "complete",
  });
}

function first(headers: Headers, name: string): string | null {
  return headers.find((field) => field[0] === name)?.[1] ?? null;
}
