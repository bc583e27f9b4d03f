/** What a stranger gets: the package is packed, installed into an empty project, and used from there. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { root } from "./architecture/source.js";
import { accepting } from "./support/accepting.js";

const place = mkdtempSync(join(tmpdir(), "tack-package-"));
const project = join(place, "project");
// Whatever npm starts runs on the Node under test.
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}` };
after(() => rmSync(place, { recursive: true, force: true }));

function npm(folder: string, ...words: readonly string[]): string {
  return execFileSync("npm", words, {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

before(() => {
  npm(root, "pack", "--ignore-scripts", "--pack-destination", place);
  const tarball = readdirSync(place).find((name) => name.endsWith(".tgz")) ?? "";
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  npm(project, "install", "--no-audit", "--no-fund", "--prefer-offline", join(place, tarball));
});

/** Runs `npx tackup` in the project until it accepts connections. */
function tackup(t: TestContext, file: string): Promise<string> {
  return accepting(t, ["npx", "--no-install", "tackup", file, "--port", "0"], { cwd: project, env });
}

const body = `if (scope.type !== "http") throw new Error("only http");
  await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
  await send({ type: "http.response.body", body: "Hello from " + process.version });`;

test("npx tackup runs a JavaScript app", async (t) => {
  writeFileSync(
    join(project, "app.mjs"),
    `export default async function app(scope, receive, send) { ${body} }\n`,
  );
  const response = await fetch(await tackup(t, "app.mjs"));
  assert.equal(await response.text(), `Hello from ${process.version}`);
});

test("npx tackup runs a TypeScript app, whose types come with the package", async (t) => {
  const source = `import type { App } from "tack";\nconst app: App = async (scope, receive, send) => { ${body} };\nexport default app;\n`;
  writeFileSync(join(project, "app.ts"), source);
  const response = await fetch(await tackup(t, "app.ts"));
  assert.equal(await response.text(), `Hello from ${process.version}`);
});

test("the installed package opens its doors and no others", () => {
  writeFileSync(
    join(project, "doors.mjs"),
    `import { mount, standalone } from "tack";
    import { file } from "tack/app/file";
    const refused = await import("tack/server/wire").catch((error) => error.code);
    console.log(typeof mount, typeof standalone, typeof file, refused);`,
  );
  const said = execFileSync(process.execPath, ["doors.mjs"], { cwd: project, encoding: "utf8" });
  assert.equal(said.trim(), "function function function ERR_PACKAGE_PATH_NOT_EXPORTED");
});

test("the package holds what it needs and no sources, tests or examples", () => {
  const names = readdirSync(join(project, "node_modules", "tack"));
  for (const name of ["dist", "bin", "spec", "README.md", "LICENSE"]) assert.ok(names.includes(name), name);
  for (const name of ["src", "test", "examples", "bench"]) assert.ok(!names.includes(name), name);
});
