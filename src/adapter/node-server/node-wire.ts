/** Node only. Carries the response of an exchange to the `ServerResponse` of a server of `node:http` or `node:http2`. */
import { type ServerResponse, STATUS_CODES } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import { CONNECTION_LEVEL, type FieldFacts } from "../../exchange/field-facts.ts";
import type { ResponseHead, ResponseWire } from "../../exchange/wire.ts";
import type { Headers } from "../../pagi/scope.ts";

/** What node keeps on a response besides the documented. */
type ServedResponse = ServerResponse & {
  readonly stream?: ServerHttp2Stream;
  writeContinue(): void;
  _writeRaw?(text: string, encoding: string): boolean;
  _send?(text: string, encoding: string): boolean;
};

const INTERNAL_ERROR = 2;

/** One per request. */
export class NodeWire implements ResponseWire {
  readonly #response: ServedResponse;
  readonly #wantBody: () => void;
  #mustClose = false;
  #isCloseDelimited = false;

  constructor(response: ServerResponse, wantBody: () => void) {
    this.#response = response as ServedResponse;
    this.#wantBody = wantBody;
  }

  get allowsTrailersWithLength(): boolean {
    return this.#isHttp2;
  }

  /** A response that is itself hosted counts nothing; that it needs to drain it tells. */
  get bufferedAmount(): number {
    const { writableLength = 0 } = this.#response;
    return this.#needsDrain ? Math.max(writableLength, this.highWaterMark) : writableLength;
  }

  /** The compat layer of HTTP/2 leaves it to its stream. */
  get #needsDrain(): boolean {
    const { writableNeedDrain, stream } = this.#response;
    return writableNeedDrain ?? stream?.writableNeedDrain ?? false;
  }

  get highWaterMark(): number {
    return this.#response.writableHighWaterMark ?? 16_384;
  }

  /** Node tells of a drain when everything has left. */
  get lowWaterMark(): number {
    return 1;
  }

  get #isHttp2(): boolean {
    return this.#response.req.httpVersionMajor === 2;
  }

  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void {
    const response = this.#response;
    try {
      if (response.getHeaderNames().length === 0 && !this.#isHttp2) this.#writeRawHead(head);
      else this.#writeSetHead(head);
    } catch {
      // The response was used before it came here; there is no telling what is on the wire.
      return this.abort();
    }
    this.#isCloseDelimited = response.req.httpVersion === "1.0" && head.length === undefined;
    // Node writes a text and the head before it in one encoding, so bytes of the head would become UTF-8.
    if (chunk.length === 0 && !end) this.#sendHead();
    else if (typeof chunk === "string" && /[\x80-\xff]/.test(head.fields.lines))
      this.write(Buffer.from(chunk), end);
    else this.write(chunk, end);
  }

  #sendHead(): void {
    if (this.#response._send === undefined) this.#response.flushHeaders();
    else this.#response._send("", "latin1");
  }

  write(chunk: Uint8Array | string, end: boolean): void {
    if (end && chunk.length === 0) this.#response.end();
    else if (end) this.#response.end(chunk);
    else if (chunk.length > 0) this.#response.write(chunk);
  }

  trailers(_fields: FieldFacts, headers: Headers): void {
    if (this.#isHttp2) this.#response.addTrailers(grouped(headers) as never);
    else this.#response.addTrailers([...headers] as [string, string][]);
    this.#response.end();
  }

  /** EXT-HINT-3: an HTTP/1.0 client would not understand it. */
  informational(status: number, fields: FieldFacts, headers: Headers): void {
    const response = this.#response;
    if (response.req.httpVersion === "1.0") return;
    if (response.stream !== undefined) {
      response.stream.additionalHeaders({ ":status": status, ...grouped(headers) });
    } else {
      response._writeRaw?.(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${fields.lines}\r\n`,
        "latin1",
      );
    }
  }

  /** What was written leaves at the end of the turn. */
  flush(): void {}

  wantBody(): void {
    this.#wantBody();
  }

  whenDrained(listener: () => void): void {
    const response = this.#response;
    if (response.destroyed || !this.#needsDrain) return queueMicrotask(listener);
    const told = (): void => {
      response.off("drain", told);
      response.off("close", told);
      listener();
    };
    response.on("drain", told);
    response.on("close", told);
  }

  abort(): void {
    const { stream, socket } = this.#response;
    if (stream !== undefined) return stream.close(INTERNAL_ERROR);
    if (socket === null) return void this.#response.destroy();
    // What was written is on its way before the cut: Node 26 collects it in the response, all collect it in the socket.
    while (this.#response.writableCorked > 0) this.#response.uncork();
    while (socket.writableCorked > 0) socket.uncork();
    if (this.#isCloseDelimited && socket.localAddress !== undefined) socket.resetAndDestroy();
    else socket.destroy();
  }

  closeAfter(): void {
    this.#mustClose = true;
  }

  /** One flat list keeps repeated fields apart and in their order. */
  #writeRawHead(head: ResponseHead): void {
    const list = this.#listOf(head);
    if (head.statusText === undefined) this.#response.writeHead(head.status, list);
    else this.#response.writeHead(head.status, head.statusText, list);
  }

  /** Where something was set before, a list given to `writeHead` would lose repeated fields. */
  #writeSetHead(head: ResponseHead): void {
    const response = this.#response;
    for (const [name, values] of Object.entries(groupedList(this.#listOf(head)))) {
      response.setHeader(name, values.length === 1 ? values[0]! : values);
    }
    if (head.statusText === undefined || this.#isHttp2) response.writeHead(head.status);
    else response.writeHead(head.status, head.statusText);
  }

  /** Trick "one list": names and values in one pass, as node takes them; bench server tack-to-node, workload hello. */
  #listOf(head: ResponseHead): string[] {
    const { fields, length, isBodyless } = head;
    const isChunked = length === undefined && !isBodyless && this.#response.req.httpVersion !== "1.0";
    const list: string[] = [];
    let hasLength = false;
    for (const [name, value] of head.headers) {
      if (CONNECTION_LEVEL.has(name)) continue;
      // Node throws for it where no trailers can follow.
      if (name === "trailer" && !isChunked && !this.#isHttp2) continue;
      if (name === "content-length") {
        if (hasLength) continue;
        hasLength = true;
      }
      list.push(name, value);
    }
    if (length !== undefined && !hasLength) list.push("content-length", String(length));
    const connection = connectionOf(this.#mustClose || fields.wantsClose, fields.hasUpgrade);
    if (connection !== undefined && !this.#isHttp2) list.push("connection", connection);
    return list;
  }
}

/** A response that speaks of upgrading names it in `Connection` (HEAD-11). */
function connectionOf(mustClose: boolean, hasUpgrade: boolean): string | undefined {
  if (hasUpgrade) return mustClose ? "close, upgrade" : "upgrade";
  return mustClose ? "close" : undefined;
}

function groupedList(list: readonly string[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (let index = 0; index < list.length; index += 2) (fields[list[index]!] ??= []).push(list[index + 1]!);
  return fields;
}

function grouped(headers: Headers): Record<string, string[]> {
  return groupedList(headers.flat());
}
