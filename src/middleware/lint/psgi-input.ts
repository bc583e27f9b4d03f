/** Watches what a PSGI app does with the objects of its environment, and what they give back. */
import type { PsgiEnv, PsgiErrors, PsgiInput, PsgiLogEntry } from "../../psgi/env.ts";
import type { PsgiHeaders } from "../../psgi/response.ts";
import { isLevel } from "./extension.ts";
import { psgiFault, shown } from "./fault.ts";
import { checkPsgiHeaders } from "./psgi-head.ts";
import { isBetween, isBytes, isCount, isRecord, owned } from "./value.ts";

/** `psgi.input` with both sides checked (INPUT-*). */
export class WatchedInput implements PsgiInput {
  readonly seek?: (position: number, whence?: 0 | 1 | 2) => boolean;
  readonly #input: PsgiInput;
  readonly #declared: number | undefined;
  #total = 0;
  #ended = false;
  #reading = false;

  constructor(input: PsgiInput, contentLength: string | undefined) {
    this.#input = input;
    this.#declared = contentLength === undefined ? undefined : Number(contentLength);
    if (typeof input.seek === "function") this.seek = (position, whence) => this.#seek(position, whence);
  }

  read(length?: number): Promise<Uint8Array> {
    return owned(this.#read(length));
  }

  async #read(length: number | undefined): Promise<Uint8Array> {
    if (length !== undefined && !isCount(length, 1))
      throw psgiFault("INPUT-6", `read(${shown(length)}) was called`);
    if (this.#reading) throw psgiFault("INPUT-6", "read was called while another read was pending");
    this.#reading = true;
    try {
      return this.#checked(await this.#input.read(length), length);
    } finally {
      this.#reading = false;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#input) yield this.#checked(piece, undefined);
    this.#ended = true;
  }

  #checked(piece: Uint8Array, length: number | undefined): Uint8Array {
    const bytes: unknown = piece;
    if (!isBytes(bytes)) throw psgiFault("INPUT-2", `psgi.input gave ${shown(bytes)}`);
    if (length !== undefined && bytes.length > length) {
      throw psgiFault("INPUT-2", `read(${length}) gave ${bytes.length} bytes`);
    }
    if (this.#ended && bytes.length > 0) throw psgiFault("INPUT-2", "psgi.input gave bytes after its end");
    this.#ended = bytes.length === 0;
    this.#total += bytes.length;
    if (this.#declared !== undefined && this.#total > this.#declared) {
      throw psgiFault("INPUT-4", `psgi.input gave ${this.#total} of ${this.#declared} bytes`);
    }
    return bytes;
  }

  #seek(position: number, whence: 0 | 1 | 2 | undefined): boolean {
    const moved: unknown = this.#input.seek?.(position, whence);
    if (typeof moved !== "boolean") throw psgiFault("INPUT-3", `seek returned ${shown(moved)}`);
    this.#ended = false;
    // Where a relative seek leads only the input knows, so counting ends there.
    this.#total = (whence ?? 0) === 0 ? position : Number.NEGATIVE_INFINITY;
    return moved;
  }
}

function watchErrors(errors: PsgiErrors): PsgiErrors {
  return {
    print(text) {
      if (typeof text !== "string")
        throw psgiFault("ERR-2", `psgi.errors.print was called with ${shown(text)}`);
      return errors.print(text);
    },
  };
}

function watchLogger(logger: (entry: PsgiLogEntry) => void): (entry: PsgiLogEntry) => void {
  return (entry) => {
    const given: unknown = entry;
    const fits = isRecord(given) && isLevel(given["level"]) && typeof given["message"] === "string";
    if (!fits)
      throw psgiFault(
        "EXT-5",
        `psgix.logger was called with ${isRecord(given) ? shown(given["level"]) : shown(given)}`,
      );
    logger(entry);
  };
}

type Informational = (status: number, headers: PsgiHeaders) => Promise<void>;

function watchInformational(send: Informational, hasHead: () => boolean): Informational {
  const checked: Informational = async (status, headers) => {
    if (hasHead()) throw psgiFault("EXT-12", "psgix.informational was called after the head");
    if (!isBetween(status, 102, 199))
      throw psgiFault("EXT-12", `psgix.informational has status ${shown(status)}`);
    checkPsgiHeaders("psgix.informational headers", headers);
    const sent: unknown = send(status, headers);
    if (!(sent instanceof Promise)) throw psgiFault("EXT-11", `psgix.informational returned ${shown(sent)}`);
    await sent;
  };
  // Hints are often not awaited.
  return (status, headers) => owned(checked(status, headers));
}

/** Puts watched objects in the place of those the caller gave. */
export function watchEnv(env: PsgiEnv, hasHead: () => boolean): void {
  const { "psgix.logger": logger, "psgix.informational": informational } = env;
  env["psgi.input"] = new WatchedInput(env["psgi.input"], env.CONTENT_LENGTH);
  env["psgi.errors"] = watchErrors(env["psgi.errors"]);
  if (logger !== undefined) env["psgix.logger"] = watchLogger(logger);
  if (informational !== undefined) env["psgix.informational"] = watchInformational(informational, hasHead);
}
