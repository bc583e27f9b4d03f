/** A gateway on a loopback port: turns requests into events, and answers of a function into responses. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LambdaAnswer, LambdaHandler, LambdaStreamHandler } from "#src/handler/lambda.js";
import { Bootstrap } from "./bootstrap.js";
import { eventFor, type Gateway } from "./gateway-events.js";
import { RuntimeApi } from "./runtime-api.js";

/** A function behind its gateway. */
export interface Front {
  readonly url: string;
  close(): Promise<void>;
}

const BODY_MS = 3000;

type Head = Omit<LambdaAnswer, "body" | "isBase64Encoded">;

/** Starts runtime API and gateway; instances are started as they are needed. */
export async function startFront(
  handler: LambdaHandler | LambdaStreamHandler,
  gateway: Gateway,
  timeoutMs = 5000,
): Promise<Front> {
  const api = new RuntimeApi();
  await api.listen();
  const instances: Bootstrap[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A gateway does not wait for ever for a body, and invokes when it has all of it.
    const timer = setTimeout(() => request.destroy(), BODY_MS);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    clearTimeout(timer);
    const event = eventFor(gateway, request, Buffer.concat(pieces));
    if (api.isBusy) instances.push(new Bootstrap(handler, api.address));
    const outcome = await api.invoke(event, timeoutMs);
    if (outcome.kind === "whole") return sendWhole(response, JSON.parse(outcome.text) as LambdaAnswer);
    if (outcome.kind === "stream") return sendStream(response, outcome.stream);
    response.writeHead(502, { "content-type": "application/json" });
    response.end('{"message":"Internal server error"}');
  };
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answered = answer(request, response)
      .catch(() => void response.destroy())
      .finally(() => running.delete(answered));
    running.add(answered);
  });
  server.on("connect", (_request, socket) => socket.end("HTTP/1.1 501 Not Implemented\r\n\r\n"));
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      await Promise.all(running);
      server.closeAllConnections();
      for (const instance of instances) instance.stop();
      await Promise.all([...instances.map(({ ended }) => ended), api.close()]);
    },
  };
}

function fieldsOf({ headers = {}, multiValueHeaders = {}, cookies = [] }: Head): string[] {
  return [
    ...Object.entries(headers).flat(),
    ...Object.entries(multiValueHeaders).flatMap(([name, values]) =>
      values.flatMap((value) => [name, value]),
    ),
    ...cookies.flatMap((value) => ["set-cookie", value]),
  ];
}

function phraseOf({ statusDescription }: Head): string | undefined {
  return statusDescription?.slice(4);
}

function sendWhole(response: ServerResponse, answer: LambdaAnswer): void {
  const body = Buffer.from(answer.body, answer.isBase64Encoded ? "base64" : "utf8");
  const fields = fieldsOf(answer);
  const hasLength = fields.some((name, index) => index % 2 === 0 && name === "content-length");
  const isBodyless = response.req.method === "HEAD" || [204, 304].includes(answer.statusCode);
  if (!hasLength && !isBodyless) fields.push("content-length", String(body.length));
  const phrase = phraseOf(answer);
  if (phrase === undefined) response.writeHead(answer.statusCode, fields);
  else response.writeHead(answer.statusCode, phrase, fields);
  response.end(body);
}

/** As bytes: a head that leaves alone would be written as UTF-8. */
function flushHead(response: ServerResponse): void {
  (response as unknown as { _send(text: string, encoding: string): void })._send("", "latin1");
}

/** A client that has gone takes nothing more, and nobody tells the function. */
async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => response.once("drain", resolve).once("close", resolve));
}

/** The head, eight zero bytes, then the body. */
async function sendStream(response: ServerResponse, stream: IncomingMessage): Promise<void> {
  let front: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of stream) {
    let rest = piece as Buffer;
    if (front !== undefined) {
      front = Buffer.concat([front, rest]);
      const end = front.indexOf("\0".repeat(8));
      if (end === -1) continue;
      const head = JSON.parse(front.subarray(0, end).toString()) as Head;
      rest = front.subarray(end + 8);
      front = undefined;
      response.writeHead(head.statusCode, fieldsOf(head));
      flushHead(response);
    }
    if (rest.length > 0 && !response.destroyed && !response.write(rest)) await drained(response);
  }
  if (stream.trailers["lambda-runtime-function-error-type"] === undefined) response.end();
  else response.destroy();
}
