/** The lines inside a chunked body: chunk sizes and trailer fields (RFC 9112 §7.1). */
import { ProtocolError } from "../../http/errors.ts";
import { CHAR_CLASS, TOKEN } from "./char-class.ts";
import { badRequest } from "./head-record.ts";

const CR = 13;
const LF = 10;

/** Longest chunk-size line, extensions included; all extensions of a body share four times as much. */
const MAX_SIZE_LINE = 1024;

const TCHAR = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"';
/** Size and extensions, without any blank: eight digits are more than every limit. */
const SIZE_LINE = new RegExp(`^([0-9A-Fa-f]{1,8})((?:;${TCHAR}(?:=(?:${TCHAR}|${QUOTED}))?)*)$`);
/** What a field value may hold: visible, blank, tab and bytes above 0x7f. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Collects one line at a time across reads, up to a limit. */
export class ChunkLineReader {
  readonly #maxFieldBytes: number;
  #line = "";
  #sawReturn = false;
  #fieldBytes = 0;
  #extensionBytes = 0;
  isComplete = false;

  constructor(maxFieldBytes: number) {
    this.#maxFieldBytes = maxFieldBytes;
  }

  /** Forgets everything, for the next body. */
  clear(): void {
    this.#line = "";
    this.#sawReturn = false;
    this.isComplete = false;
    this.#fieldBytes = 0;
    this.#extensionBytes = 0;
  }

  /** Takes bytes up to the end of the line; returns the offset after them. A bare CR or LF is refused. */
  read(bytes: Uint8Array, from: number, end: number): number {
    this.isComplete = false;
    for (let at = from; at < end; at++) {
      const byte = bytes[at]!;
      if (this.#sawReturn !== (byte === LF)) throw badRequest("bare CR or LF", "RFC 9112 §2.2");
      if (byte === LF) {
        this.isComplete = true;
        this.#sawReturn = false;
        return at + 1;
      }
      if (byte === CR) this.#sawReturn = true;
      else this.#append(byte);
    }
    return end;
  }

  #append(byte: number): void {
    if (this.#line.length >= Math.max(MAX_SIZE_LINE, this.#maxFieldBytes)) {
      throw badRequest("line too long in a chunked body", "RFC 9112 §7.1");
    }
    this.#line += String.fromCharCode(byte);
  }

  /** The size of the next chunk. */
  takeSize(): number {
    const line = this.#take();
    const match = SIZE_LINE.exec(line);
    if (match === null || line.length > MAX_SIZE_LINE) {
      throw badRequest("malformed chunk size or extension", "RFC 9112 §7.1");
    }
    this.#extensionBytes += match[2]!.length;
    if (this.#extensionBytes > MAX_SIZE_LINE * 4) {
      throw badRequest("too many chunk extensions", "RFC 9112 §7.1.1");
    }
    return Number.parseInt(match[1]!, 16);
  }

  /** The next trailer field, or `undefined` at the empty line. */
  takeField(): readonly [name: string, value: string] | undefined {
    const line = this.#take();
    if (line === "") return undefined;
    this.#fieldBytes += line.length + 2;
    if (this.#fieldBytes > this.#maxFieldBytes) {
      throw new ProtocolError(431, "trailer fields too large", "RFC 6585 §5");
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    const value = line.slice(colon + 1);
    if (!isToken(name) || !FIELD_VALUE.test(value)) throw badRequest("malformed trailer", "RFC 9112 §7.1.2");
    return [name.toLowerCase(), trimBlanks(value)];
  }

  #take(): string {
    const line = this.#line;
    this.#line = "";
    return line;
  }
}

function isToken(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if ((CHAR_CLASS[name.charCodeAt(index)]! & TOKEN) === 0) return false;
  }
  return name.length > 0;
}

/** OWS only: `trim` would also take the no-break space, which is obs-text here. */
function trimBlanks(value: string): string {
  return value.replace(/^[\t ]+|[\t ]+$/g, "");
}
