/** HTTP/2 by hand: frames, right or wrong, to a server and from it. No library in between would let the wrong ones pass. */
import { Buffer } from "node:buffer";
import { LiveConnection } from "#src/testing/live-connection.js";

/** What a client sends first (RFC 9113 3.4). */
export const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Frame types in the order of their numbers. */
export const TYPES = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
] as const;

/** The flags that tests give. */
export const FLAGS = { ack: 0x1, endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

/** Error codes in the order of their numbers. */
export const CODES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
] as const;

/** One frame that came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** The bytes of a frame. */
export function frameOf(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A number as four bytes. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A header block of literal fields without indexing (RFC 7541 6.2.2). */
export function blockOf(fields: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value, "latin1");
    const length = bytes.length < 127 ? [bytes.length] : [127, ...integer(bytes.length - 127)];
    return Buffer.concat([Buffer.from(length), bytes]);
  };
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function integer(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...integer(value >> 7)];
}

/** The pseudo fields of an ordinary request. */
export function requestFields(method = "GET", path = "/"): [string, string][] {
  return [
    [":method", method],
    [":scheme", "http"],
    [":path", path],
    [":authority", "a.test"],
  ];
}

/** A connection that speaks in frames. */
export class FrameClient {
  readonly connection: LiveConnection;

  constructor(connection: LiveConnection) {
    this.connection = connection;
  }

  /** Connects, and exchanges settings unless told not to. */
  static async open(url: string, settings: Uint8Array = Buffer.alloc(0)): Promise<FrameClient> {
    const client = new FrameClient(await LiveConnection.open(url));
    await client.connection.write(PREFACE);
    await client.send(4, 0, 0, settings);
    await client.send(4, FLAGS.ack, 0);
    return client;
  }

  send(type: number, flags: number, stream: number, payload?: Uint8Array): Promise<void> {
    return this.connection.write(frameOf(type, flags, stream, payload));
  }

  /** An ordinary request; without an end it can go on. */
  request(stream: number, flags: number = FLAGS.endStream | FLAGS.endHeaders, method = "GET"): Promise<void> {
    return this.send(1, flags, stream, blockOf(requestFields(method)));
  }

  /** The next frame; `undefined` when the server has ended the connection. */
  async next(): Promise<Frame | undefined> {
    const head = await this.#exactly(9);
    if (head === undefined) return undefined;
    const payload = await this.#exactly(head.readUIntBE(0, 3));
    if (payload === undefined) return undefined;
    return { type: head[3]!, flags: head[4]!, stream: head.readUInt32BE(5) & 0x7fffffff, payload };
  }

  /** Reads until a frame of this kind comes; `undefined` when the connection ends before. */
  async until(fits: (frame: Frame) => boolean): Promise<Frame | undefined> {
    for (;;) {
      const frame = await this.next();
      if (frame === undefined || fits(frame)) return frame;
    }
  }

  /** True when the server still answers a PING. */
  async isAlive(): Promise<boolean> {
    await this.send(6, 0, 0, Buffer.from("is alive"));
    const answer = await this.until(({ type, payload }) => type === 6 && payload.toString() === "is alive");
    return answer !== undefined;
  }

  async #exactly(length: number): Promise<Buffer | undefined> {
    const pieces: Uint8Array[] = [];
    for (let missing = length; missing > 0;) {
      const piece = await this.connection.source.some(missing);
      if (piece === undefined) return undefined;
      pieces.push(piece);
      missing -= piece.length;
    }
    return Buffer.concat(pieces);
  }
}
