/** Many fuzzed inputs against the reader in process and against a server in another process; counts all. */
import { Buffer } from "node:buffer";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { sample } from "fast-check";
import { withDeadline } from "#src/testing/deadline.js";
import { escapeWire } from "#src/testing/wire-text.js";
import { attack, faultOf } from "./attack.js";
import { checkCodec } from "./codec.js";
import type { FuzzAddresses, Measurement } from "./fuzz-server.js";
import { anyInput, type Seed } from "./inputs.js";

const BATCH = 2000;
/** One client in so many keeps its side open and waits for the server's deadlines. */
const STAYS = 64;

/** How much is done. */
export interface CampaignOptions {
  readonly seeds: readonly Seed[];
  readonly runs: number;
  readonly seed: number;
  /** Connections at the same time. */
  readonly connections: number;
  readonly onBatch?: (done: number) => void;
}

/** One input that went wrong. */
export interface Failure {
  readonly what: string;
  readonly bytes: string;
}

/** What came of it. */
export interface CampaignResult {
  readonly runs: number;
  readonly seconds: number;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Connections that the server ended without a word, as it may when a request is not whole. */
  readonly unanswered: number;
  readonly failures: readonly Failure[];
  readonly before: Measurement;
  readonly after: Measurement;
}

/** Runs everything; ends the server it starts. Rejects when that ends by itself. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const server = fork(fileURLToPath(new URL("fuzz-server.js", import.meta.url)), {
    execArgv: ["--expose-gc", "--enable-source-maps"],
  });
  const died = once(server, "exit").then(([code]) => {
    throw new Error(`the server ended with exit code ${String(code)}`);
  });
  died.catch(() => undefined);
  try {
    return await Promise.race([new Campaign(server, options).run(), died]);
  } finally {
    server.disconnect();
  }
}

class Campaign {
  readonly #server: ChildProcess;
  readonly #options: CampaignOptions;
  readonly #statuses = new Map<number, number>();
  readonly #failures: Failure[] = [];
  #urls: readonly string[] = [];
  #unanswered = 0;
  #done = 0;

  constructor(server: ChildProcess, options: CampaignOptions) {
    this.#server = server;
    this.#options = options;
  }

  async run(): Promise<CampaignResult> {
    const { runs, seed, seeds } = this.#options;
    const [first] = (await once(this.#server, "message")) as [FuzzAddresses];
    this.#urls = first.urls;
    await this.#batch(this.#inputs(Math.min(BATCH, runs), seed - 1));
    await this.#batch(seeds.map(({ text }) => text));
    const before = await this.#measure();
    const startedAt = performance.now();
    this.#done = 0;
    while (this.#done < runs && this.#failures.length < 10) {
      await this.#batch(this.#inputs(Math.min(BATCH, runs - this.#done), seed + this.#done));
      await this.#checkFresh();
      this.#options.onBatch?.(this.#done);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await this.#measure();
    const { statuses, unanswered, failures } = this.#counts();
    return { runs: this.#done, seconds, statuses, unanswered, failures, before, after };
  }

  #counts(): Pick<CampaignResult, "statuses" | "unanswered" | "failures"> {
    return { statuses: this.#statuses, unanswered: this.#unanswered, failures: this.#failures };
  }

  #inputs(count: number, seed: number): string[] {
    return sample(anyInput(this.#options.seeds), { numRuns: count, seed });
  }

  /** All inputs of a batch, so many connections at a time. */
  async #batch(texts: readonly string[]): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < texts.length) {
        const index = next++;
        await this.#one(texts[index]!, index);
      }
    };
    await Promise.all(Array.from({ length: this.#options.connections }, worker));
    this.#done += texts.length;
  }

  /** The manner comes from the place in the batch, so that a run with the same seed is the same run. */
  async #one(text: string, index: number): Promise<void> {
    const place = (index * 7919) % (text.length + 1);
    const stays = index % STAYS === 0;
    const url = this.#urls[index % 4 === 0 ? 0 : 1]!;
    try {
      checkCodec(text, [place, (index * 104_729) % (text.length + 1)]);
      const answers = await attack(url, text, index % 2 === 0 ? { stays } : { stays, cut: place });
      for (const { status } of answers) this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
      if (answers.length === 0) this.#unanswered++;
      const fault = faultOf(text, answers);
      if (fault !== undefined) throw new Error(`${fault}: ${answers.map(({ status }) => status).join(" ")}`);
    } catch (error) {
      this.#failures.push({
        what: (error as Error).message,
        bytes: escapeWire(Buffer.from(text, "latin1")),
      });
    }
  }

  async #checkFresh(): Promise<void> {
    for (const url of this.#urls) {
      const answers = await attack(url, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", {
        stays: true,
      });
      if (answers[0]?.status !== 200) throw new Error(`a fresh request on ${url} is not answered`);
    }
  }

  /** Once the last connection has gone. */
  async #measure(): Promise<Measurement> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const answer = once(this.#server, "message");
      this.#server.send("measure");
      const [measurement] = (await withDeadline(answer, "a measurement")) as [Measurement];
      if (measurement.sockets === 0 && measurement.unsettled === 0) return measurement;
      if (performance.now() > deadline) throw new Error(`left behind: ${JSON.stringify(measurement)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
