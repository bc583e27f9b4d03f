/** Takes the code examples out of documents and doc comments and type-checks them together. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportsOf } from "./measure.js";
import { lineOf, root, type SourceFile } from "./source.js";

/** One example: where it stands and its code, whole enough to be checked. */
export interface Snippet {
  readonly where: string;
  readonly code: string;
}

/** The `ts` blocks of a Markdown file. */
export function markdownSnippets(path: string): Snippet[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/^( *)```ts\n(.*?)^\1```/gms)].map((match) => ({
    where: `${path}:${text.slice(0, match.index).split("\n").length}`,
    code: match[2] ?? "",
  }));
}

const config = {
  extends: "../../tsconfig.base.json",
  compilerOptions: {
    noEmit: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    verbatimModuleSyntax: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noImplicitReturns: false,
    isolatedDeclarations: false,
    declaration: false,
  },
};

/** Checks all snippets in one run; the compiler's complaints, each with the place of its example. */
export function typeErrors(snippets: readonly Snippet[], folder: string): string[] {
  const place = join(root, "build", folder);
  mkdirSync(place, { recursive: true });
  snippets.forEach(({ code }, index) => {
    writeFileSync(join(place, `s${index}.ts`), `${code}\nexport {};\n`);
  });
  const prelude = join(root, "test", "architecture", "prelude.d.ts");
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ ...config, include: ["*.ts", prelude] }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", place], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes("error TS"))
    .map((line) =>
      line.replace(/^.*?s(\d+)\.ts/, (_, index: string) => snippets[Number(index)]?.where ?? "?"),
    );
}

/**
 * The examples in the doc comments of one file. Each becomes the body of a function; names that `src` exports are
 * imported, the nearest first, and what is left must be in `prelude.d.ts`.
 */
export function commentSnippets(file: SourceFile, home: ReadonlyMap<string, readonly string[]>): Snippet[] {
  const comments = file.comments.filter((comment) => comment.value.includes("@example"));
  return comments.map((comment) => {
    const [, example = ""] = comment.value.split(/@example[ \t]*\n/);
    const lines = example.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
    const imported = lines.filter((line) => line.startsWith("import "));
    const body = lines.filter((line) => !line.startsWith("import ")).join("\n");
    const known = importsFor(`${body}`, imported.join("\n"), file.path, home);
    const isModule = body.startsWith("declare ") || body.includes("export ");
    const code = isModule ? body : `export async function example() {\n${body}\n}`;
    const where = `${file.path}:${lineOf(file.text, comment.start)}`;
    return { where, code: [...imported, ...known, code].join("\n") };
  });
}

/** Where each exported name of `src` is declared. */
export function homesOf(files: readonly SourceFile[]): Map<string, string[]> {
  const homes = new Map<string, string[]>();
  for (const file of files) {
    for (const { name } of exportsOf(file)) homes.set(name, [...(homes.get(name) ?? []), file.path]);
  }
  return homes;
}

function importsFor(
  body: string,
  imported: string,
  own: string,
  homes: ReadonlyMap<string, readonly string[]>,
): string[] {
  const code = body.replace(/\/\/.*$/gm, "").replace(/"(?:\\.|[^"\\])*"/g, '""');
  const names = new Set(code.match(/(?<![.\w])[A-Za-z]\w*/g) ?? []);
  const given = new Set(imported.match(/\w+/g) ?? []);
  return [...names].flatMap((name) => {
    const places = homes.get(name);
    if (places === undefined || given.has(name)) return [];
    const place = places.find((path) => path === own) ?? places[0];
    return [`import { ${name} } from "../../${place}";`];
  });
}
