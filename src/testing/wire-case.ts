/** Reads wire cases: one small text file each, format in `wire/README.md`. */
import type { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { capabilityNamed, type Capability } from "./capability.ts";
import { isLimit, type SuiteLimits } from "./suite-limits.ts";
import { unescapeWire } from "./wire-text.ts";
import { isWireApp, type WireAppName } from "./wire-app.ts";

/** What the client does, in order. */
export type WireStep =
  | { readonly do: "send"; readonly bytes: Buffer }
  | { readonly do: "pause" | "half-close" | "await" };

/** One thing that must hold for a response. */
export type WireCheck =
  | { readonly check: "header"; readonly name: string; readonly value: string | undefined }
  | { readonly check: "absent"; readonly name: string }
  | { readonly check: "trailer"; readonly name: string; readonly value: string }
  | { readonly check: "body" | "contains"; readonly bytes: Buffer }
  | { readonly check: "length"; readonly length: number }
  | { readonly check: "framing"; readonly framing: string }
  | { readonly check: "json"; readonly path: readonly string[]; readonly value: unknown };

/** One response that must come. */
export interface WireExpectation {
  /** Any of these. */
  readonly statuses: readonly number[];
  /** The answer to a HEAD request: it has no body. */
  readonly toHead: boolean;
  readonly checks: readonly WireCheck[];
}

/** One case. */
export interface WireCase {
  /** The path below `wire/http1/` without its ending. */
  readonly name: string;
  /** One sentence: what the case shows. */
  readonly title: string;
  /** The rule behind it, for example "RFC 9112 section 6.3". */
  readonly rule: string;
  readonly app: WireAppName;
  readonly needs: readonly Capability[];
  readonly limits: SuiteLimits;
  readonly steps: readonly WireStep[];
  readonly responses: readonly WireExpectation[];
  readonly end: "open" | "closed" | "either";
}

const FOLDER = new URL("../../wire/http1/", import.meta.url);

/** Every case that comes with the package, sorted by name. */
export function loadWireCases(folder: URL = FOLDER): WireCase[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .map((name) => parseWireCase(name.slice(0, -4), readFileSync(new URL(name, folder), "utf8")));
}

interface Draft {
  title: string;
  rule: string;
  app: string;
  needs: Capability[];
  limits: Record<string, number>;
  steps: WireStep[];
  responses: { statuses: number[]; toHead: boolean; checks: WireCheck[] }[];
  end: "open" | "closed" | "either";
}

/** Reads one case. Throws an `Error` that names the case, the line and what is wrong with it. */
export function parseWireCase(name: string, text: string): WireCase {
  const draft: Draft = {
    title: "",
    rule: "",
    app: "",
    needs: [],
    limits: {},
    steps: [],
    responses: [],
    end: "either",
  };
  for (const [index, line] of text.split("\n").entries()) {
    try {
      readLine(draft, line);
    } catch (cause) {
      throw new Error(`wire case ${name}, line ${index + 1}: ${(cause as Error).message}`, { cause });
    }
  }
  return finish(name, draft);
}

function finish(name: string, draft: Draft): WireCase {
  const { app } = draft;
  if (draft.title === "") throw new Error(`wire case ${name}: the first line must be "# a title"`);
  if (draft.rule === "") throw new Error(`wire case ${name}: no "rule:" line`);
  if (!isWireApp(app)) throw new Error(`wire case ${name}: no known app in its "app:" line (${app})`);
  if (draft.responses.length === 0 && draft.end !== "closed") {
    throw new Error(`wire case ${name}: expects neither a response nor "< closed"`);
  }
  return { ...draft, name, app };
}

function readLine(draft: Draft, line: string): void {
  if (line === "") return;
  if (line.startsWith("# ")) {
    draft.title ||= line.slice(2);
  } else if (line.startsWith(">")) {
    draft.steps.push({ do: "send", bytes: unescapeWire(line.slice(2)) });
  } else if (line.startsWith("! ")) {
    draft.steps.push({ do: stepNamed(line.slice(2)) });
  } else if (line.startsWith("< ")) {
    readExpectation(draft, line.slice(2));
  } else {
    readSetting(draft, line);
  }
}

function stepNamed(name: string): "pause" | "half-close" | "await" {
  if (name === "pause" || name === "half-close" || name === "await") return name;
  throw new Error(`unknown step ${name}; known are pause, half-close and await`);
}

function readSetting(draft: Draft, line: string): void {
  const [, key, value] = /^([a-z]+): (.+)$/.exec(line) ?? [];
  if (key === "rule" && value !== undefined) draft.rule = value;
  else if (key === "app" && value !== undefined) draft.app = value;
  else if (key === "needs" && value !== undefined) draft.needs.push(...value.split(" ").map(capabilityNamed));
  else if (key === "limit" && value !== undefined) readLimit(draft, value);
  else throw new Error(`cannot read ${JSON.stringify(line)}`);
}

function readLimit(draft: Draft, text: string): void {
  const [, name, value] = /^(\w+) ([0-9]+)$/.exec(text) ?? [];
  if (name === undefined || !isLimit(name)) throw new Error(`unknown limit ${text}`);
  draft.limits[name] = Number(value);
}

function readExpectation(draft: Draft, text: string): void {
  if (text === "open" || text === "closed") {
    draft.end = text;
    return;
  }
  const status = /^([0-9]{3}(?:\|[0-9]{3})*)( head)?$/.exec(text);
  if (status !== null) {
    const statuses = (status[1] ?? "").split("|").map(Number);
    draft.responses.push({ statuses, toHead: status[2] !== undefined, checks: [] });
    return;
  }
  const last = draft.responses.at(-1);
  if (last === undefined) throw new Error("a check before the first status");
  last.checks.push(readCheck(text));
}

function readCheck(text: string): WireCheck {
  const absent = /^!([a-z0-9-]+)$/.exec(text);
  if (absent !== null) return { check: "absent", name: absent[1] ?? "" };
  const [, word = "", value = ""] = /^([a-z]+) (.*)$/.exec(text) ?? [];
  if (word === "body" || word === "contains") return { check: word, bytes: unescapeWire(value) };
  if (word === "length") return { check: "length", length: Number(value) };
  if (word === "framing") return { check: "framing", framing: value };
  if (word === "json") return readJsonCheck(value);
  const field = /^(trailer )?([a-z0-9-]+): (.+)$/.exec(text);
  if (field === null) throw new Error(`cannot read the check ${JSON.stringify(text)}`);
  const [, trailer, name = "", wanted = ""] = field;
  if (trailer !== undefined) return { check: "trailer", name, value: wanted };
  return {
    check: "header",
    name,
    value: wanted === "*" ? undefined : unescapeWire(wanted).toString("latin1"),
  };
}

function readJsonCheck(text: string): WireCheck {
  const [, path, value] = /^(\S+) = (.+)$/.exec(text) ?? [];
  if (path === undefined || value === undefined) throw new Error(`cannot read json ${text}`);
  return { check: "json", path: path.split("."), value: JSON.parse(value) as unknown };
}
