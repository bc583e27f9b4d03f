/**
 * A second reader of HTTP/1 requests, written from RFC 9112 without a look at the engine: slow, whole strings,
 * one regular expression a rule. The engine may accept less than it, never more and nothing else.
 */

/** A request that the reference accepts. */
export interface ReferenceRequest {
  readonly method: string;
  readonly target: string;
  /** One character per byte. */
  readonly body: string;
}

interface Head {
  readonly method: string;
  readonly target: string;
  readonly minor: number;
  readonly fields: readonly (readonly [string, string])[];
}

interface Body {
  readonly body: string;
  readonly end: number;
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-"$-~]+) HTTP\/1\.([01])$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t -~\x80-\xff]*)$/;
const HOST = /^[A-Za-z0-9._~!$&'()*+,;=%:[\]-]*$/;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"`;
const CHUNK_LINE = new RegExp(`^([0-9A-Fa-f]{1,8})(?:;${TOKEN}(?:=(?:${TOKEN}|${QUOTED}))?)*$`);

/** What the reference makes of the bytes of one connection. */
export interface ReferenceReading {
  /** The complete requests, up to the first that is refused or incomplete, or the last of the connection. */
  readonly requests: readonly ReferenceRequest[];
  /** True when the last request ends the connection: what comes after it has no meaning. */
  readonly isOver: boolean;
  /** What follows the requests: the one that is refused, if any, and all that comes after it. */
  readonly rest: string;
}

/** Reads the bytes of one connection, one character per byte. */
export function readReference(text: string): ReferenceReading {
  const requests: ReferenceRequest[] = [];
  let at = 0;
  for (;;) {
    if (text.startsWith("\r\n", at)) at += 2;
    const rest = text.slice(at);
    const headEnd = text.indexOf("\r\n\r\n", at);
    const head = headEnd === -1 ? undefined : readHead(text.slice(at, headEnd));
    const body = head === undefined ? undefined : readBody(head, text, headEnd + 4);
    if (head === undefined || body === undefined) return { requests, isOver: false, rest };
    requests.push({ method: head.method, target: head.target, body: body.body });
    at = body.end;
    if (isLast(head)) return { requests, isOver: true, rest: text.slice(at) };
  }
}

function readHead(text: string): Head | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const match = REQUEST_LINE.exec(first);
  const fields = lines.map((line) => FIELD_LINE.exec(line));
  if (match === null || fields.includes(null)) return undefined;
  const [, method = "", target = "", minor = ""] = match;
  const head: Head = {
    method,
    target,
    minor: Number(minor),
    fields: fields.map((field) => [field![1]!.toLowerCase(), trimmed(field![2]!)]),
  };
  return isSound(head) ? head : undefined;
}

function trimmed(value: string): string {
  return value.replace(/^[\t ]+|[\t ]+$/g, "");
}

function values(head: Head, name: string): string[] {
  return head.fields.filter(([key]) => key === name).map(([, value]) => value);
}

function isSound(head: Head): boolean {
  const hosts = values(head, "host");
  const lengths = values(head, "content-length");
  const codings = values(head, "transfer-encoding");
  if (hosts.length > 1 || hosts.some((host) => !HOST.test(host)) || hosts.length < head.minor) return false;
  if (lengths.length > 1 || lengths.some((length) => !/^[0-9]+$/.test(length))) return false;
  if (codings.length > 1 || codings.some((coding) => coding.toLowerCase() !== "chunked")) return false;
  if (codings.length > 0 && (lengths.length > 0 || head.minor === 0)) return false;
  return head.minor === 0 || values(head, "expect").every((value) => value.toLowerCase() === "100-continue");
}

function isLast(head: Head): boolean {
  const words = values(head, "connection").flatMap((value) => value.split(","));
  const has = (word: string): boolean => words.some((each) => trimmed(each).toLowerCase() === word);
  return has("close") || (head.minor === 0 && !has("keep-alive"));
}

function readBody(head: Head, text: string, start: number): Body | undefined {
  if (values(head, "transfer-encoding").length > 0) return readChunks(text, start);
  const end = start + Number(values(head, "content-length")[0] ?? "0");
  return end > text.length ? undefined : { body: text.slice(start, end), end };
}

function readChunks(text: string, start: number): Body | undefined {
  let body = "";
  let at = start;
  for (;;) {
    const lineEnd = text.indexOf("\r\n", at);
    const match = lineEnd === -1 ? null : CHUNK_LINE.exec(text.slice(at, lineEnd));
    if (match === null) return undefined;
    const size = Number.parseInt(match[1]!, 16);
    at = lineEnd + 2;
    if (size === 0) return readTrailers(body, text, at);
    if (text.slice(at + size, at + size + 2) !== "\r\n") return undefined;
    body += text.slice(at, at + size);
    at += size + 2;
  }
}

function readTrailers(body: string, text: string, start: number): Body | undefined {
  let at = start;
  for (;;) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    if (lineEnd === at) return { body, end: at + 2 };
    if (!FIELD_LINE.test(text.slice(at, lineEnd))) return undefined;
    at = lineEnd + 2;
  }
}
