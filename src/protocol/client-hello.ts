/** The first message of a TLS client, as far as it says which host is wanted (RFC 8446 §4.1.2, RFC 6066 §3). */

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;
/** No client needs more to say whom it wants; who sends more gets the default. */
const MAX_BYTES = 16_384;

/**
 * The host that the client names, in its own spelling; `undefined` when it names none, or when this is no TLS; `false`
 * while bytes are missing.
 *
 * @example
 * readServerName(bytes); // "example.org"
 */
export function readServerName(bytes: Uint8Array): string | undefined | false {
  const message = readMessage(bytes);
  if (typeof message !== "object") return bytes.length > MAX_BYTES ? undefined : message;
  try {
    return findName(new Cursor(message));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The message out of its records, which may cut it anywhere. Nothing is copied before all of it is there. */
function readMessage(bytes: Uint8Array): Uint8Array | undefined | false {
  const pieces: Uint8Array[] = [];
  const header: number[] = [];
  let size = 0;
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== HANDSHAKE) return undefined;
    if (bytes.length < at + RECORD_HEADER) return false;
    const end = at + RECORD_HEADER + bytes[at + 3]! * 256 + bytes[at + 4]!;
    const piece = bytes.subarray(at + RECORD_HEADER, end);
    header.push(...piece.subarray(0, MESSAGE_HEADER - header.length));
    if (header.length > 0 && header[0] !== CLIENT_HELLO) return undefined;
    pieces.push(piece);
    size += piece.length;
    const length = MESSAGE_HEADER + header[1]! * 65_536 + header[2]! * 256 + header[3]!;
    if (size >= length) return joined(pieces, size).subarray(MESSAGE_HEADER, length);
    at = end;
  }
  return false;
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function findName(hello: Cursor): string | undefined {
  hello.skip(2 + 32); // version, random
  hello.skip(hello.number(1)); // session
  hello.skip(hello.number(2)); // cipher suites
  hello.skip(hello.number(1)); // compression
  if (hello.isAtEnd) return undefined;
  const extensions = hello.part(hello.number(2));
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const content = extensions.part(extensions.number(2));
    if (type === SERVER_NAME) return hostName(content);
  }
  return undefined;
}

function hostName(content: Cursor): string | undefined {
  const names = content.part(content.number(2));
  while (!names.isAtEnd) {
    const type = names.number(1);
    const name = names.part(names.number(2));
    if (type === HOST_NAME) return name.text();
  }
  return undefined;
}

/** Goes through bytes; throws a `RangeError` at their end. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  skip(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("the message ends too soon");
  }

  number(size: number): number {
    const from = this.#at;
    this.skip(size);
    return this.#bytes.subarray(from, this.#at).reduce((number, byte) => number * 256 + byte, 0);
  }

  part(length: number): Cursor {
    const from = this.#at;
    this.skip(length);
    return new Cursor(this.#bytes.subarray(from, this.#at));
  }

  text(): string {
    return String.fromCharCode(...this.#bytes);
  }
}
