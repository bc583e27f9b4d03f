/** The loop of a Node runtime of Lambda: asks for an event, calls the handler, gives back what comes of it. */
import { once } from "node:events";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Writable } from "node:stream";
import type {
  LambdaHandler,
  LambdaPlatform,
  LambdaStreamHandler,
  StreamFunction,
} from "#src/handler/lambda.js";
import type { LambdaContext } from "#src/pagi/extension.js";

const PREFIX = "/2018-06-01/runtime/invocation";
const streamed = new WeakSet<object>();

/** A response stream of the platform: calls `beforeFirstWrite` once. */
type ResponseStream = ClientRequest & {
  beforeFirstWrite?: (write: (piece: string | Uint8Array) => void) => void;
};

/** What the global `awslambda` is on the platform. */
export const platform: LambdaPlatform = {
  streamifyResponse(handler: StreamFunction): StreamFunction {
    streamed.add(handler);
    return handler;
  },
  HttpResponseStream: {
    from(stream, head) {
      const under = stream as unknown as ResponseStream;
      under.setHeader("content-type", "application/vnd.awslambda.http-integration-response");
      under.beforeFirstWrite = (write) => {
        write(JSON.stringify(head));
        write(new Uint8Array(8));
      };
      return stream;
    },
  },
};

/** One instance of a function. */
export class Bootstrap {
  readonly #handler: LambdaHandler | LambdaStreamHandler;
  readonly #api: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  readonly ended: Promise<void>;
  #isStopped = false;

  /** Runs until `stop`. */
  constructor(handler: LambdaHandler | LambdaStreamHandler, api: string) {
    this.#handler = handler;
    this.#api = api;
    this.ended = this.#run();
  }

  /** Ends the loop, also while it waits. */
  stop(): void {
    this.#isStopped = true;
    this.#agent.destroy();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#once();
      } catch (error) {
        if (!this.#isStopped) throw error;
      }
    }
  }

  async #once(): Promise<void> {
    const next = await this.#exchange("GET", "/next");
    const id = String(next.headers["lambda-runtime-aws-request-id"]);
    const deadline = Number(next.headers["lambda-runtime-deadline-ms"]);
    const context: LambdaContext = {
      awsRequestId: id,
      functionName: "tack",
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    const event: unknown = JSON.parse(await textOf(next));
    if (streamed.has(this.#handler)) return this.#stream(id, event, context);
    let answer: string;
    try {
      answer = JSON.stringify(await (this.#handler as LambdaHandler)(event, context));
    } catch (error) {
      await this.#exchange("POST", `/${id}/error`, errorText(error));
      return;
    }
    await this.#exchange("POST", `/${id}/response`, answer);
  }

  async #stream(id: string, event: unknown, context: LambdaContext): Promise<void> {
    const stream = this.#open("POST", `/${id}/response`) as ResponseStream;
    stream.setHeader("lambda-runtime-function-response-mode", "streaming");
    stream.setHeader("transfer-encoding", "chunked");
    stream.setHeader("trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body");
    prefixFirstWrite(stream);
    const taken = once(stream, "response");
    taken.catch(() => undefined);
    try {
      await (this.#handler as LambdaStreamHandler)(event, stream as unknown as Writable, context);
    } catch (error) {
      if (!stream.headersSent) {
        stream.destroy();
        await this.#exchange("POST", `/${id}/error`, errorText(error));
        return;
      }
      const body = Buffer.from(errorText(error)).toString("base64");
      stream.addTrailers({
        "Lambda-Runtime-Function-Error-Type": "Error",
        "Lambda-Runtime-Function-Error-Body": body,
      });
      stream.end();
    }
    const [response] = (await taken) as [IncomingMessage];
    await textOf(response);
  }

  #open(method: string, path: string): ClientRequest {
    const [host, port] = this.#api.split(":");
    return request({ host, port, method, path: PREFIX + path, agent: this.#agent });
  }

  async #exchange(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const asked = this.#open(method, path);
    asked.end(body);
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    if (body !== undefined) await textOf(response);
    return response;
  }
}

function prefixFirstWrite(stream: ResponseStream): void {
  const write = stream.write.bind(stream);
  stream.write = ((...given: Parameters<typeof write>) => {
    const before = stream.beforeFirstWrite;
    delete stream.beforeFirstWrite;
    before?.((piece) => write(piece));
    return write(...given);
  }) as typeof stream.write;
}

function errorText(error: unknown): string {
  return JSON.stringify({ errorType: "Error", errorMessage: String(error) });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const piece of response) text += piece;
  return text;
}
