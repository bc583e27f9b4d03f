/** Takes the code examples out of documents and doc comments and type-checks them together. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./source.js";

/** One example: where it stands and its code, whole enough to be checked. */
export interface Snippet {
  readonly where: string;
  readonly code: string;
}

/** The `ts` blocks of a Markdown file. */
export function markdownSnippets(path: string): Snippet[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map((match) => ({
    where: `${path}:${text.slice(0, match.index).split("\n").length}`,
    code: match[1] ?? "",
  }));
}

/** Checks all snippets in one run; the compiler's complaints, each with the place of its example. */
export function typeErrors(snippets: readonly Snippet[], folder: string): string[] {
  const place = join(root, "build", folder);
  mkdirSync(place, { recursive: true });
  snippets.forEach(({ code }, index) => {
    writeFileSync(join(place, `s${index}.ts`), `${code}\nexport {};\n`);
  });
  const options = {
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedDeclarations: false,
  };
  const config = { extends: "../../tsconfig.base.json", compilerOptions: { ...options, declaration: false } };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ ...config, include: ["*.ts"] }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", place], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes("error TS"))
    .map((line) =>
      line.replace(/^.*?s(\d+)\.ts/, (_, index: string) => snippets[Number(index)]?.where ?? "?"),
    );
}
