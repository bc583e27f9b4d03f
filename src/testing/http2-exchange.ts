/** One request of the test client over HTTP/2, on a stream of node:http2. */
import { Buffer } from "node:buffer";
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import { ClosedError, UsageError } from "../http/errors.ts";
import { reasonPhrase } from "../http/status.ts";
import type { Headers } from "../pagi/scope.ts";
import { fieldBlock } from "../server/http2/field-block.ts";
import {
  type ClientExchange,
  type ClientHead,
  type ClientRequest,
  type ClientResponse,
  collect,
  type Informational,
} from "./client.ts";
import { wholeBody } from "./request-text.ts";

const CANCEL = 8;

/** The fields of a request; `host` is the authority unless the request names another. */
export function http2Fields(request: ClientRequest, host: string): OutgoingHttpHeaders {
  const { method = "GET", path = "/", headers = [], httpVersion } = request;
  if (httpVersion === "1.0") throw new UsageError("HTTP/2 has no requests of HTTP/1.0");
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(path);
  const given = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const named = given.find(([name]) => name === "host")?.[1];
  const whole = wholeBody(request.body);
  const length = whole === undefined ? {} : { "content-length": String(whole.length) };
  return {
    ":method": method,
    ":path": absolute === null ? path : absolute[2] || "/",
    ":authority": absolute?.[1] ?? named ?? host,
    ...length,
    // What HTTP/2 has no place for is left out: a test that is not about it may give it.
    ...fieldBlock(given.filter(([name]) => name !== "host")),
  };
}

/** A list of names and values in turn, as pairs; without pseudo fields. */
export function pairsOf(list: readonly string[]): Headers {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index < list.length; index += 2) {
    if (!list[index]!.startsWith(":")) pairs.push([list[index]!, list[index + 1]!]);
  }
  return pairs;
}

/** Nothing is read before it is asked for: what waits keeps the stream's window closed. */
export class Http2Exchange implements ClientExchange {
  readonly #request: ClientRequest;
  readonly #informational: Informational[] = [];
  readonly #head: Promise<ClientHead>;
  #stream: ClientHttp2Stream | undefined;
  #hasLeft = false;
  #hasEnded = false;
  #trailers: Headers = [];

  constructor(connecting: Promise<ClientHttp2Session>, host: string, request: ClientRequest) {
    this.#request = request;
    this.#head = connecting.then((session) => this.#start(session, http2Fields(request, host)));
    this.#head.catch(() => {});
  }

  get informational(): readonly Informational[] {
    return this.#informational;
  }

  get complete(): boolean {
    return this.#hasEnded && this.#stream?.rstCode === 0 && !this.#stream.aborted;
  }

  get trailers(): Headers {
    return this.#trailers;
  }

  head(): Promise<ClientHead> {
    return this.#head;
  }

  async read(): Promise<Uint8Array | undefined> {
    await this.#head;
    const stream = this.#stream!;
    for (;;) {
      const piece = stream.read() as Buffer | null;
      if (piece !== null) return piece;
      if (this.#hasEnded || stream.destroyed) return undefined;
      await changed(stream);
    }
  }

  response(): Promise<ClientResponse> {
    return collect(this);
  }

  disconnect(): void {
    this.#hasLeft = true;
    if (this.#stream !== undefined) leaveStream(this.#stream);
  }

  #start(session: ClientHttp2Session, fields: OutgoingHttpHeaders): Promise<ClientHead> {
    const { body, trailers } = this.#request;
    const waitForTrailers = trailers !== undefined;
    const stream = session.request(fields, { endStream: body === undefined, waitForTrailers });
    this.#stream = stream;
    stream.on("error", () => {});
    stream.on("wantTrailers", () => stream.sendTrailers(Object.fromEntries(trailers ?? [])));
    stream.on("end", () => (this.#hasEnded = true));
    stream.on("trailers", (_fields, _flags, list: string[] = []) => (this.#trailers = pairsOf(list)));
    stream.on("headers", (interim, _flags, list: string[] = []) =>
      this.#informational.push({ status: Number(interim[":status"]), headers: pairsOf(list) }),
    );
    if (this.#hasLeft) this.disconnect();
    if (body !== undefined) void this.#sendBody(stream, fields).catch(() => this.disconnect());
    return new Promise((resolve, reject) => {
      stream.once("response", (answer, _flags, list: string[] = []) => {
        const status = Number(answer[":status"]);
        resolve({ status, statusText: reasonPhrase(status), headers: pairsOf(list) });
      });
      stream.once("close", () => reject(new ClosedError("the stream was closed before a response")));
    });
  }

  async #sendBody(stream: ClientHttp2Stream, { expect }: OutgoingHttpHeaders): Promise<void> {
    if (String(expect).toLowerCase() === "100-continue") {
      await new Promise((resolve) => stream.once("continue", resolve).once("response", resolve));
    }
    const { body } = this.#request;
    const whole = wholeBody(body);
    if (whole !== undefined) return void stream.end(whole);
    for await (const piece of (body ?? []) as AsyncIterable<string | Uint8Array>) {
      if (this.#hasLeft || stream.destroyed) return;
      const bytes = Buffer.from(piece);
      if (bytes.length > 0) await new Promise<void>((resolve) => stream.write(bytes, () => resolve()));
    }
    stream.end();
  }
}

/** Resets a stream. Node would end it first, and an unfinished body would seem whole. */
export function leaveStream(stream: ClientHttp2Stream): void {
  if (stream.closed) return;
  stream.end = () => stream;
  stream.close(CANCEL);
}

/** Resolves when there may be something to read, or never will be again. */
function changed(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ["readable", "end", "close"]) stream.off(event, done);
      resolve();
    };
    for (const event of ["readable", "end", "close"]) stream.on(event, done);
  });
}
