/** Reads the sources of the house once, parsed, for the tests that look at code instead of running it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** The checkout's folder; compiled tests stand two folders below it, in `build/test`. */
export const root: string = findRoot(dirname(fileURLToPath(import.meta.url)));

/** A node of the syntax tree, as far as these tests look at it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** One import of a file: where it points and on which line it stands. */
export interface ImportedPath {
  readonly specifier: string;
  /** Path from the checkout for a relative import, else the specifier itself. */
  readonly target: string;
  readonly line: number;
}

/** One parsed source file. */
export interface SourceFile {
  /** From the checkout, with forward slashes: `src/http/status.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly program: SyntaxNode;
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[];
  readonly imports: readonly ImportedPath[];
}

const generated = new Set(["node_modules", "dist", "build", ".git"]);

/** Every file of the checkout that is not installed or generated. */
export function ownFiles(folder = "."): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return [];
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? ownFiles(path) : [path];
  });
}

/** Every TypeScript file below a folder of the checkout, parsed. */
export function readSources(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => posix.join(folder, String(name).replaceAll("\\", "/")))
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map(readSource);
}

/** Parses one file of the checkout. */
export function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const tree = program as unknown as SyntaxNode;
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return { path, text, lines, program: tree, comments, imports: importsOf(path, text, tree) };
}

/** Calls `visit` for every node below `node`, outer ones first. Stops going down where it returns false. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => boolean | void): void {
  if (visit(node) === false) return;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit);
  }
}

/** The 1-based line of an offset. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** True for values that are nodes of the syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}

function importsOf(path: string, text: string, program: SyntaxNode): ImportedPath[] {
  const found: ImportedPath[] = [];
  walk(program, (node) => {
    const source = node["source"];
    if (!isNode(source) || typeof source["value"] !== "string") return;
    const specifier = source["value"];
    const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier;
    found.push({ specifier, target, line: lineOf(text, source.start) });
  });
  return found;
}

function findRoot(start: string): string {
  return existsSync(join(start, "package.json")) ? start : findRoot(dirname(start));
}
