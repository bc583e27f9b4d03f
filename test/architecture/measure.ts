/** Measures of code: sizes of functions, names of exports and their comments. */
import { isNode, lineOf, walk, type SourceFile, type SyntaxNode } from "./source.js";

/** A function, its name as far as it has one, and how many lines of its own it spends. */
export interface MeasuredFunction {
  readonly name: string;
  readonly line: number;
  /** Without blank lines, comments and the insides of functions nested in it. */
  readonly ownLines: number;
  readonly parameters: number;
}

/** One exported name and whether a doc comment stands directly above it. */
export interface Exported {
  readonly name: string;
  readonly line: number;
  readonly documented: boolean;
}

const functionTypes = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** Every function of a file with its own size. */
export function measureFunctions(file: SourceFile): MeasuredFunction[] {
  const empty = emptyLines(file);
  const found: MeasuredFunction[] = [];
  walkNamed(file.program, "", (node, name) => {
    if (!functionTypes.has(node.type)) return;
    const own = ownLines(file, node).filter((line) => !empty.has(line));
    const parameters = (node["params"] as readonly SyntaxNode[]).filter((one) => !isThis(one)).length;
    found.push({ name, line: lineOf(file.text, node.start), ownLines: own.length, parameters });
  });
  return found;
}

/** Every export a file declares itself; re-exports are documented where they come from. */
export function exportsOf(file: SourceFile): Exported[] {
  const seen = new Map<string, Exported>();
  for (const node of file.program["body"] as readonly SyntaxNode[]) {
    if (node.type !== "ExportNamedDeclaration" && node.type !== "ExportDefaultDeclaration") continue;
    const documented = hasDocComment(file, node.start);
    for (const name of declaredNames(node)) {
      if (!seen.has(name)) seen.set(name, { name, line: lineOf(file.text, node.start), documented });
    }
  }
  return [...seen.values()];
}

/** The first doc comment of a file, where the header sentence stands. */
export function headerComment(file: SourceFile): string {
  return file.comments.find((comment) => comment.value.startsWith("*"))?.value ?? "";
}

function declaredNames(node: SyntaxNode): string[] {
  if (node.type === "ExportDefaultDeclaration") return ["default"];
  const declaration = node["declaration"];
  if (!isNode(declaration)) return [];
  if (declaration.type !== "VariableDeclaration") return [nameOf(declaration["id"])];
  return (declaration["declarations"] as readonly SyntaxNode[]).map((one) => nameOf(one["id"]));
}

function nameOf(id: unknown): string {
  if (!isNode(id)) return "";
  const name = id["name"] ?? id["value"];
  return typeof name === "string" ? name : "";
}

/** A doc comment counts when only blank space is between its end and the export. */
function hasDocComment(file: SourceFile, start: number): boolean {
  return file.comments.some(
    (comment) =>
      comment.value.startsWith("*") &&
      comment.end <= start &&
      file.text.slice(comment.end, start).trim() === "",
  );
}

function emptyLines(file: SourceFile): Set<number> {
  const bare = [...file.comments].reduce(
    (text, { start, end }) =>
      text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + text.slice(end),
    file.text,
  );
  return new Set(bare.split("\n").flatMap((line, index) => (line.trim() === "" ? [index + 1] : [])));
}

function ownLines(file: SourceFile, node: SyntaxNode): number[] {
  const lines = new Set(range(lineOf(file.text, node.start), lineOf(file.text, node.end)));
  walk(node, (inner) => {
    if (inner === node || !functionTypes.has(inner.type)) return;
    // The line a nested function begins on belongs to the outer one too.
    for (const line of range(lineOf(file.text, inner.start) + 1, lineOf(file.text, inner.end)))
      lines.delete(line);
    return false;
  });
  return [...lines];
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Walks down and hands each node the nearest name above it: a declaration's, a property's, a method's. */
function walkNamed(node: SyntaxNode, name: string, visit: (node: SyntaxNode, name: string) => void): void {
  const own = nameOf(node["id"]) || nameOf(node["key"]) || name;
  visit(node, own);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value])
      if (isNode(child)) walkNamed(child, own, visit);
  }
}

function isThis(parameter: SyntaxNode): boolean {
  return nameOf(parameter) === "this";
}
