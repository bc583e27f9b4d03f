/** A framework under test: how its app is built, where it runs by itself, and what it cannot do. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gates } from "./gates.js";

/** The rows of the table, in the words of the documentation. */
export type Row =
  | "routing"
  | "JSON"
  | "form"
  | "upload"
  | "stream"
  | "events"
  | "cookies"
  | "throw"
  | "reject"
  | "redirect"
  | "gzip"
  | "gzip flush"
  | "file"
  | "range"
  | "not modified"
  | "abort"
  | "upload abort"
  | "HEAD"
  | "404"
  | "413"
  | "keep-alive";

/** What an app is built with. */
export interface Tools {
  readonly gates: Gates;
  /** Its file `ten.txt` has ten digits. */
  readonly folder: string;
  /** What stands before the routes of an app that sees the whole URL; empty for all others. */
  readonly prefix: string;
}

/** An app that runs on its framework's own server. */
export interface Plain {
  readonly url: string;
  close(): Promise<unknown>;
}

/** One framework. */
export interface Subject {
  readonly name: string;
  /** Makes the app; what it gives goes to `toApp`. Called once for each side. */
  build(tools: Tools): unknown;
  /** Starts an app of its own without Tack. */
  plain(app: never): Promise<Plain>;
  /** True for apps with `fetch`: they see the mount's prefix. */
  readonly seesWholeUrl?: boolean;
  /** Rows that the framework itself has nothing for, each with the reason. */
  readonly cannot?: Partial<Readonly<Record<Row, string>>>;
  /** Rows that end its own server, and are tried on ours alone. */
  readonly onlyOurs?: Partial<Readonly<Record<Row, string>>>;
}

/** The big text that is squeezed. */
export const LONG: string = "all work and no play makes a dull text\n".repeat(500);

/** An error whose page is the same wherever it is thrown: it has no stack. */
export function planned(): Error {
  return Object.assign(new Error("on purpose"), { stack: "Error: on purpose" });
}

/** What the upload route answers. */
export function summary(name: string, bytes: Uint8Array, title: unknown): object {
  return { name, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex"), title };
}

/** A folder with the file, and how to remove it. */
export function makeFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "tack-frameworks-"));
  const path = join(folder, "ten.txt");
  writeFileSync(path, "0123456789");
  // Validators are made of the time; both sides have a folder of their own.
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** Runs a request listener on `node:http`. */
export async function onNode(listener: RequestListener | Server): Promise<Plain> {
  const server = typeof listener === "function" ? createServer(listener) : listener;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
