/**
 * The client's half of HTTP/1.1, for judging servers: reads responses strictly and names the rule that a
 * server breaks. RFC 9112; it forgives nothing that a browser would forgive.
 */
import { ClosedError, ProtocolError } from "../http/errors.ts";
import type { Headers } from "../pagi/scope.ts";
import type { ByteSource } from "./byte-source.ts";

/** How the end of a body is known. */
export type Framing = "none" | "length" | "chunked" | "close";

/** The head of one response, interim ones included. */
export interface SeenHead {
  readonly httpVersion: "1.0" | "1.1";
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case, in wire order. */
  readonly headers: Headers;
  /** Names as they were sent. */
  readonly rawNames: readonly string[];
  readonly framing: Framing;
}

const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-9][0-9]{2}) ([\t\x20-\x7e\x80-\xff]*)$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;
const CHUNK_LINE = /^([0-9A-Fa-f]{1,13})$/;

/**
 * Reads the responses of one connection, one after the other.
 *
 * @example
 * const reader = new ResponseReader(source);
 * const head = await reader.head("GET");
 * for (let piece = await reader.read(); piece !== undefined; piece = await reader.read()) use(piece);
 */
export class ResponseReader {
  readonly #source: ByteSource;
  #framing: Framing = "none";
  #left = 0;
  #done = true;
  #trailers: Headers = [];

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Fields after the body of the response that was read last. */
  get trailers(): Headers {
    return this.#trailers;
  }

  /** True when the body of the last response was read to its proper end. */
  get complete(): boolean {
    return this.#done;
  }

  /**
   * The next head. Rejects with a `ClosedError` when the connection ends first and with a
   * `ProtocolError` (status 502) when it is not a well-formed response.
   */
  async head(method: string): Promise<SeenHead> {
    const line = await this.#line();
    if (line === undefined) throw new ClosedError("the connection was closed before a response");
    const match = STATUS_LINE.exec(line);
    if (match === null) throw violation(`bad status line ${JSON.stringify(line)}`, "RFC 9112 section 4");
    const { headers, rawNames } = await this.#fields();
    const status = Number(match[2]);
    this.#trailers = [];
    this.#framing = framingOf(method, status, headers);
    this.#left = this.#framing === "length" ? Number(valuesOf(headers, "content-length")[0]) : 0;
    this.#done = this.#framing === "none" || (this.#framing === "length" && this.#left === 0);
    const httpVersion = match[1] as "1.0" | "1.1";
    return { httpVersion, status, statusText: match[3] ?? "", headers, rawNames, framing: this.#framing };
  }

  /** The next piece of the body; `undefined` at its end. Rejects with a `ClosedError` when it is cut short. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#done) return undefined;
    if (this.#framing === "chunked" && this.#left === 0 && !(await this.#nextChunk())) return undefined;
    const piece = await this.#source.some(this.#framing === "close" ? undefined : this.#left);
    if (piece === undefined) return this.#endOfConnection();
    if (this.#framing === "close") return piece;
    this.#left -= piece.length;
    if (this.#left === 0) await this.#endOfBlock();
    return piece;
  }

  #endOfConnection(): undefined {
    if (this.#framing !== "close") throw new ClosedError("the connection was closed inside a body");
    this.#done = true;
  }

  async #endOfBlock(): Promise<void> {
    if (this.#framing === "length") {
      this.#done = true;
      return;
    }
    const end = await this.#line();
    if (end === undefined) throw new ClosedError("the connection was closed inside a body");
    if (end !== "") throw violation("chunk data is not followed by CRLF", "RFC 9112 section 7.1");
  }

  async #nextChunk(): Promise<boolean> {
    const line = await this.#line();
    if (line === undefined) throw new ClosedError("the connection was closed inside a body");
    const match = CHUNK_LINE.exec(line);
    if (match === null) throw violation(`bad chunk line ${JSON.stringify(line)}`, "RFC 9112 section 7.1");
    this.#left = Number.parseInt(match[1] ?? "", 16);
    if (this.#left > 0) return true;
    this.#trailers = (await this.#fields()).headers;
    this.#done = true;
    return false;
  }

  async #line(): Promise<string | undefined> {
    const line = await this.#source.line();
    if (line === undefined) return undefined;
    if (!line.endsWith("\r"))
      throw violation(`line without CR ${JSON.stringify(line)}`, "RFC 9112 section 2.2");
    return line.slice(0, -1);
  }

  async #fields(): Promise<{ headers: Headers; rawNames: string[] }> {
    const headers: [string, string][] = [];
    const rawNames: string[] = [];
    for (;;) {
      const line = await this.#line();
      if (line === undefined) throw new ClosedError("the connection was closed inside a head");
      if (line === "") return { headers, rawNames };
      const match = FIELD_LINE.exec(line);
      if (match === null) throw violation(`bad field line ${JSON.stringify(line)}`, "RFC 9112 section 5");
      rawNames.push(match[1] ?? "");
      headers.push([(match[1] ?? "").toLowerCase(), (match[2] ?? "").replace(/[\t ]+$/, "")]);
    }
  }
}

/** All values of one field, in order. `name` is lower case. */
export function valuesOf(headers: Headers, name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}

function framingOf(method: string, status: number, headers: Headers): Framing {
  const lengths = valuesOf(headers, "content-length");
  const codings = valuesOf(headers, "transfer-encoding");
  refuseBadFraming(status, lengths, codings);
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return "none";
  if (codings.length > 0) return "chunked";
  return lengths.length > 0 ? "length" : "close";
}

function refuseBadFraming(status: number, lengths: string[], codings: string[]): void {
  if (lengths.length > 0 && codings.length > 0) {
    throw violation("both Content-Length and Transfer-Encoding", "RFC 9112 section 6.2");
  }
  if (lengths.length > 1 || !/^[0-9]*$/.test(lengths[0] ?? "") || lengths[0] === "") {
    throw violation(`bad Content-Length ${lengths.join(" and ")}`, "RFC 9112 section 6.3");
  }
  if (codings.length > 1 || (codings[0] ?? "chunked") !== "chunked") {
    throw violation(`bad Transfer-Encoding ${codings.join(" and ")}`, "RFC 9112 section 6.1");
  }
  const bodiless = status < 200 || status === 204;
  if (bodiless && lengths.length + codings.length > 0) {
    throw violation(`framing fields on a ${status} response`, "RFC 9112 section 6.2");
  }
  if (status === 304 && codings.length > 0) {
    throw violation("Transfer-Encoding on a 304 response", "RFC 9110 section 15.4.5");
  }
}

function violation(message: string, rule: string): ProtocolError {
  return new ProtocolError(502, `the server sent a malformed response: ${message} (${rule})`, rule);
}
