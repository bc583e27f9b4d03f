/** The house rules, enforced: floors, circles, doors, sizes, names and comments. The rules are data in `architecture/rules.ts`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { test } from "node:test";
import { exportsOf, headerComment, measureFunctions } from "./architecture/measure.js";
import {
  barrels,
  floors,
  forbiddenWords,
  importExceptions,
  longFiles,
  longFunctions,
  mainExportOf,
  mainExports,
  sharedFiles,
  maxFileLines,
  maxFunctionLines,
  maxParameters,
  maxTestLines,
  type FloorRule,
} from "./architecture/rules.js";
import {
  ownFiles,
  lineOf,
  readSources,
  root,
  walk,
  type ImportedPath,
  type SourceFile,
} from "./architecture/source.js";

const sources = readSources("src");
const tests = readSources("test");

function none(problems: readonly string[], advice: string): void {
  assert.equal(problems.length, 0, `${advice}\n  ${problems.join("\n  ")}`);
}

function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function ruleOf(path: string): FloorRule | undefined {
  return floors[folderOf(path)];
}

function eachImport(check: (file: SourceFile, to: ImportedPath) => string | undefined): string[] {
  return sources.flatMap((file) =>
    file.imports.flatMap((to) => {
      const problem = check(file, to);
      return problem === undefined ? [] : [`${file.path}:${to.line} imports ${to.specifier}: ${problem}`];
    }),
  );
}

test("every folder of src stands on a floor", () => {
  const lost = sources.filter((file) => file.path !== "src/index.ts" && ruleOf(file.path) === undefined);
  none(
    lost.map((file) => file.path),
    "Give the folder a row in test/architecture/rules.ts:",
  );
});

test("a floor imports only from floors below", () => {
  for (const [folder, rule] of Object.entries(floors)) {
    const wrong = rule.imports.filter((name) => (floors[name]?.floor ?? 0) > rule.floor || name === folder);
    assert.deepEqual(wrong, [], `${folder} would import from above`);
  }
});

test("imports go down, types included", () => {
  const problems = eachImport((file, to) => {
    if (!to.specifier.startsWith(".") || `${file.path} -> ${to.target}` in importExceptions) return undefined;
    if (!to.target.startsWith("src/")) return "it lies outside of src";
    if (file.path === "src/index.ts") {
      return ["cli", "testing"].includes(folderOf(to.target))
        ? "the root opens neither cli nor testing"
        : undefined;
    }
    return forbidden(file, to.target);
  });
  none(problems, "Move shared work down a floor (http/, compose/, server/):");
});

function forbidden(file: SourceFile, target: string): string | undefined {
  const [from, to] = [folderOf(file.path), folderOf(target)];
  const rule = ruleOf(file.path);
  if (rule === undefined) return undefined;
  if (from !== to) return rule.imports.includes(to) ? undefined : `${from} may not import ${to}`;
  if (rule.own === "all" || sharedFiles.includes(file.path) || sharedFiles.includes(target)) return undefined;
  const [part, other] = [file.path, target].map((path) => path.split("/")[2]?.replace(/\.ts$/, ""));
  if (part === other) return undefined;
  // A subfolder that belongs to no single file is shared by all of them.
  const isShared = rule.own === "organs" && !sources.some((one) => one.path === `src/${to}/${other}.ts`);
  if (isShared) return undefined;
  return `a file of ${from} imports only its own organs (${from}/${part}/)`;
}

test("there are no circles, types included", () => {
  const graph = new Map(sources.map((file) => [file.path, file.imports.map((to) => to.target)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" -> "));
    if (way.includes(path) || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  none(circles, "Move what both need into a third file:");
});

test("node: and its globals are used only where the table allows", () => {
  const imported = eachImport((file, to) =>
    isBuiltin(to.specifier) && !mayUseNode(file) ? "node: is not for this floor" : undefined,
  );
  const globals = sources.flatMap((file) => (mayUseNode(file) ? [] : usesOf(file, ["process", "Buffer"])));
  const bare = eachImport((_, to) =>
    isBuiltin(to.specifier) && !to.specifier.startsWith("node:") ? "write it with node:" : undefined,
  );
  none(
    [...imported, ...globals, ...bare],
    'Floors 0 to 2 run everywhere. Middleware and adapters that need Node say "Node only" in their header comment:',
  );
});

function mayUseNode(file: SourceFile): boolean {
  const rule = ruleOf(file.path);
  if (rule === undefined) return false;
  return rule.node === "always" || (rule.node === "marked" && headerComment(file).includes("Node only"));
}

function usesOf(file: SourceFile, names: readonly string[]): string[] {
  const found: string[] = [];
  walk(file.program, (node) => {
    const member = node.type === "MemberExpression" ? node["object"] : undefined;
    const name = (member as { readonly name?: string } | undefined)?.name;
    if (name !== undefined && names.includes(name)) {
      found.push(`${file.path}:${lineOf(file.text, node.start)} uses ${name}`);
    }
  });
  return found;
}

test("every package that src imports is declared, with its reason in CONTRIBUTING.md", () => {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Readonly<Record<string, Record<string, string>>>;
  const declared = { ...dependencies, ...peerDependencies };
  const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const problems = eachImport((_, to) => {
    if (to.specifier.startsWith(".") || isBuiltin(to.specifier)) return undefined;
    const name = to.specifier
      .split("/")
      .slice(0, to.specifier.startsWith("@") ? 2 : 1)
      .join("/");
    if (!(name in declared)) return "not in dependencies or peerDependencies";
    return contributing.includes(`\`${name}\``) ? undefined : "its reason is not in CONTRIBUTING.md";
  });
  none(problems, "A dependency is declared and explained:");
});

test("only the package root and the test kit re-export other files", () => {
  const problems = sources
    .filter((file) => !barrels.includes(file.path))
    .filter((file) => basename(file.path) === "index.ts" || reexports(file));
  none(
    problems.map((file) => file.path),
    "Import files by their own name instead of through a barrel:",
  );
});

function reexports(file: SourceFile): boolean {
  const body = file.program["body"] as readonly { readonly type: string; readonly source?: unknown }[];
  return body.some((node) => node.type.startsWith("Export") && Boolean(node.source));
}

test("console is used only by the launcher", () => {
  const problems = sources.flatMap((file) =>
    folderOf(file.path) === "cli" ? [] : usesOf(file, ["console"]),
  );
  none(problems, "Take a Logger as an option instead:");
});

test("src has no any", () => {
  const problems: string[] = [];
  for (const file of sources) {
    walk(file.program, (node) => {
      if (node.type === "TSAnyKeyword") problems.push(`${file.path}:${lineOf(file.text, node.start)}`);
    });
  }
  none(problems, "Say what is known, or unknown:");
});

test("files stay short", () => {
  const problems = [...sources, ...tests].flatMap((file) => {
    const limit = file.path.startsWith("src/") ? maxFileLines : maxTestLines;
    if (file.lines.length <= limit || file.path in longFiles) return [];
    return [`${file.path}: ${file.lines.length} lines, at most ${limit}`];
  });
  none(
    problems,
    "Split by subject; only data tables are excepted (longFiles in test/architecture/rules.ts):",
  );
});

test("functions stay short and take few parameters", () => {
  const problems = sources.flatMap((file) =>
    measureFunctions(file).flatMap(({ name, line, ownLines, parameters }) => {
      const where = `${file.path}:${line} ${name || "function"}`;
      const long = ownLines > maxFunctionLines && !(`${file.path}#${name}` in longFunctions);
      return [
        ...(long ? [`${where}: ${ownLines} own lines, at most ${maxFunctionLines}`] : []),
        ...(parameters > maxParameters
          ? [`${where}: ${parameters} parameters, at most ${maxParameters}`]
          : []),
      ];
    }),
  );
  none(problems, "Name a step and take it out:");
});

test("exceptions are still needed", () => {
  const functions = sources.flatMap((file) =>
    measureFunctions(file).map((one) => ({ ...one, path: file.path })),
  );
  const long = functions
    .filter((one) => one.ownLines > maxFunctionLines)
    .map((one) => `${one.path}#${one.name}`);
  const files = [...sources, ...tests]
    .filter((one) => one.lines.length > maxFileLines)
    .map((one) => one.path);
  const used = sources.flatMap((file) => file.imports.map((to) => `${file.path} -> ${to.target}`));
  none(
    [
      ...Object.keys(longFunctions).filter((name) => !long.includes(name)),
      ...Object.keys(longFiles).filter((name) => !files.includes(name)),
      ...Object.keys(importExceptions).filter((name) => !used.includes(name)),
    ],
    "Remove them from test/architecture/rules.ts:",
  );
});

test("file names are kebab-case", () => {
  const problems = [...sources, ...tests].filter(
    (file) =>
      !file.path.split("/").every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.psgi|\.d)?(\.ts)?$/.test(part)),
  );
  none(
    problems.map((file) => file.path),
    "Lower case, words joined by hyphens:",
  );
});

test("a middleware, app, adapter or handler file exports what its name says", () => {
  const problems = sources.flatMap((file) => {
    const [, folder = "", name = "", ...deeper] = file.path.split("/");
    const expected = mainExportOf[folder];
    if (expected === undefined || deeper.length > 0) return [];
    const camel = name
      .replace(/\.ts$/, "")
      .replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    const wanted = mainExports[file.path] ?? expected(camel);
    const names = exportsOf(file).map((one) => one.name);
    return wanted.some((one) => names.includes(one))
      ? []
      : [`${file.path} exports none of ${wanted.join(", ")}`];
  });
  none(problems, "The file is found by name, so its main export has that name:");
});

test("every export has a doc comment", () => {
  const problems = sources.flatMap((file) =>
    exportsOf(file)
      .filter((one) => !one.documented)
      .map((one) => `${file.path}:${one.line} ${one.name}`),
  );
  none(problems, "Say in one sentence what it does for the caller, in /** */ directly above:");
});

test("no file names a machine's paths, a registry or unfinished work", () => {
  const problems = ownFiles()
    .filter((path) => !/\.(png|ico|gz|bin|raw|http|pem|key)$/.test(path))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return forbiddenWords.flatMap((word) => {
        const match = word.exec(text);
        return match === null ? [] : [`${path}:${lineOf(text, match.index)} has ${match[0]}`];
      });
    });
  none(problems, "Say it without:");
});
