/** The runtime API of Lambda on a loopback port: hands out events, takes answers (version 2018-06-01). */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const PREFIX = "/2018-06-01/runtime/invocation/";

/** What a function did with an event. */
export type Outcome =
  | { readonly kind: "whole"; readonly text: string }
  | { readonly kind: "stream"; readonly stream: IncomingMessage }
  | { readonly kind: "error"; readonly text: string };

interface Job {
  readonly id: string;
  readonly event: unknown;
  readonly deadline: number;
  readonly resolve: (outcome: Outcome) => void;
}

/** One per function. */
export class RuntimeApi {
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));
  readonly #waitingJobs: Job[] = [];
  readonly #waitingRuntimes: ServerResponse[] = [];
  readonly #jobs = new Map<string, Job>();
  #count = 0;

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** `host:port`, as in AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** True when nobody waits for an event. */
  get isBusy(): boolean {
    return this.#waitingRuntimes.length === 0;
  }

  /** Gives an event to the next runtime that asks. */
  invoke(event: unknown, timeoutMs: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const job = { id: `request-${this.#count++}`, event, deadline: Date.now() + timeoutMs, resolve };
      this.#jobs.set(job.id, job);
      const runtime = this.#waitingRuntimes.shift();
      if (runtime === undefined) this.#waitingJobs.push(job);
      else hand(runtime, job);
    });
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [id = "", action] = request.url!.slice(PREFIX.length).split("/");
    if (id === "next") return this.#next(response);
    const job = this.#jobs.get(id)!;
    if (request.headers["lambda-runtime-function-response-mode"] === "streaming") {
      job.resolve({ kind: "stream", stream: request });
      request.on("end", () => response.writeHead(202).end());
      request.on("error", () => response.destroy());
      return;
    }
    let text = "";
    request.setEncoding("utf8");
    for await (const piece of request) text += piece;
    this.#jobs.delete(id);
    job.resolve({ kind: action === "error" ? "error" : "whole", text });
    response.writeHead(202).end();
  }

  #next(runtime: ServerResponse): void {
    const job = this.#waitingJobs.shift();
    if (job !== undefined) return hand(runtime, job);
    this.#waitingRuntimes.push(runtime);
    runtime.on("close", () => {
      const place = this.#waitingRuntimes.indexOf(runtime);
      if (place !== -1) this.#waitingRuntimes.splice(place, 1);
    });
  }
}

function hand(runtime: ServerResponse, { id, event, deadline }: Job): void {
  const headers = {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": id,
    "lambda-runtime-deadline-ms": String(deadline),
  };
  runtime.writeHead(200, headers).end(JSON.stringify(event));
}
