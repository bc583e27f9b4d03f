/** A client that offers compression word by word, and sends messages in fragments of a size. */
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import type { TestContext } from "node:test";
import {
  type Deflate,
  loadWebSocketLibrary,
  type Receiver,
  type Sender,
  type WebSocketLibrary,
} from "#src/server/websocket-library.js";

/** An open session. */
export interface DeflateClient {
  /** What the server has agreed to; empty for nothing. */
  readonly agreed: string;
  /** Payload bytes that came, compressed as they were. */
  readonly receivedBytes: number;
  send(data: string | Buffer, fragmentSize?: number): void;
  /** The next message. */
  next(): Promise<Buffer>;
  /** Bytes as they are. */
  raw(bytes: Uint8Array): void;
  /** The code of the server's close frame. */
  readonly closed: Promise<number>;
}

const KEY = "AAAAAAAAAAAAAAAAAAAAAA==";

/** Opens a session that offers `extensions`. */
export async function deflateClient(
  context: TestContext,
  url: string,
  extensions: string,
): Promise<DeflateClient> {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1").setNoDelay();
  context.after(() => socket.destroy());
  socket.on("error", () => undefined);
  const fields = `host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13`;
  const offer = `sec-websocket-key: ${KEY}\r\nsec-websocket-extensions: ${extensions}`;
  socket.write(`GET / HTTP/1.1\r\n${fields}\r\n${offer}\r\n\r\n`);
  const [bytes] = (await once(socket, "data")) as [Buffer];
  const head = bytes.toString("latin1").split("\r\n\r\n", 1)[0]!;
  const agreed = /^sec-websocket-extensions: (.*)$/m.exec(head)?.[1]?.trim() ?? "";
  const library = await loadWebSocketLibrary();
  return new Client(socket, library, agreed).begin(bytes.subarray(head.length + 4));
}

class Client implements DeflateClient {
  readonly agreed: string;
  readonly closed: Promise<number>;
  readonly #socket: Socket;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #messages: Buffer[] = [];
  readonly #isCompressed: boolean;
  #wake: (() => void) | undefined;
  receivedBytes = 0;

  constructor(socket: Socket, library: WebSocketLibrary, agreed: string) {
    this.agreed = agreed;
    this.#socket = socket;
    const extensions = extensionsOf(library, agreed);
    this.#isCompressed = agreed !== "";
    this.#sender = new library.Sender(socket as never, extensions);
    this.#receiver = new library.Receiver({
      isServer: false,
      extensions,
      maxPayload: 0,
      maxFragments: 0,
      maxBufferedChunks: 0,
    });
    this.#receiver.on("message", (data) => {
      this.#messages.push(data);
      this.#wake?.();
    });
    this.closed = new Promise((resolve) => {
      this.#receiver.on("conclude", (code) => resolve(code));
      socket.on("close", () => resolve(1006));
    });
  }

  begin(bytes: Buffer): this {
    const read = (piece: Buffer): void => {
      this.receivedBytes += piece.length;
      this.#receiver.write(piece);
    };
    if (bytes.length > 0) read(bytes);
    this.#socket.on("data", read);
    return this;
  }

  send(data: string | Buffer, fragmentSize = 0): void {
    const bytes = Buffer.from(data);
    const size = fragmentSize === 0 ? Math.max(bytes.length, 1) : fragmentSize;
    const options = { binary: typeof data !== "string", compress: this.#isCompressed, mask: true };
    for (let at = 0; at === 0 || at < bytes.length; at += size) {
      const fin = at + size >= bytes.length;
      this.#sender.send(bytes.subarray(at, at + size), { ...options, fin } as never);
    }
  }

  raw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  async next(): Promise<Buffer> {
    while (this.#messages.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#messages.shift()!;
  }
}

function extensionsOf(library: WebSocketLibrary, agreed: string): Record<string, Deflate> {
  const name = library.PerMessageDeflate.extensionName;
  const parameters = agreed === "" ? undefined : library.extension.parse(agreed)[name];
  if (parameters === undefined) return {};
  const deflate = new library.PerMessageDeflate({ isServer: false, threshold: 0 } as never);
  deflate.accept(parameters);
  return { [name]: deflate };
}
