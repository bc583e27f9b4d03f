/** Brings a suite into a folder of its own, outside of the repository, and installs what it needs; both are kept. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = join(tmpdir(), "tack-judges");

/** Development tools of others that no test needs, and that take a while. */
const USELESS =
  /eslint|neostandard|markdown|tstyche|typescript|branch|autocannon|concurrently|^@types\/|borp/;

/**
 * The folder of a suite, ready to run; throws with a reason for people when it cannot be had here.
 * @param {import("./suites.mjs").Suite} suite
 */
export function getSuite(suite) {
  const folder = join(home, suite.name);
  if (existsSync(join(folder, ".ready"))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = suite.from.npm === undefined ? fromDebian(suite.from.debian) : fromRegistry(suite.from.npm);
  must("tar", ["-xf", archive, "--strip-components=1", "-C", folder]);
  install(suite, folder);
  writeFileSync(join(folder, ".ready"), "");
  return folder;
}

function fromRegistry(spec) {
  const [packed] = JSON.parse(must("npm", ["pack", "--json", "--pack-destination", home, spec]));
  return join(home, packed.filename.replace("@", "").replace("/", "-"));
}

/** Through apt, with lists of its own: the machine's configuration is read and not touched. */
function fromDebian(source) {
  const apt = prepareApt();
  const folder = join(home, "sources", source);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Fails when any part is missing, but the one with upstream's files may be there all the same.
  spawnSync("apt-get", [...apt, "source", "--download-only", "--tar-only", source], { cwd: folder });
  const archive = readdirSync(folder).find((name) => /\.orig\.tar\.\w+$/.test(name));
  if (archive === undefined) throw new Error(`the archive has no source of ${source}`);
  return join(folder, archive);
}

let preparedApt;

function prepareApt() {
  if (preparedApt !== undefined) return preparedApt;
  const folder = join(home, "apt");
  for (const name of ["lists/partial", "cache/archives/partial", "parts"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, "sources.list"), `${sourceLines().join("\n")}\n`);
  const settings = {
    "Dir::Etc::sourcelist": join(folder, "sources.list"),
    "Dir::Etc::sourceparts": join(folder, "parts"),
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
    "APT::Sandbox::User": "root",
  };
  preparedApt = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  must("apt-get", [...preparedApt, "update", "-qq"]);
  return preparedApt;
}

/** Where this machine has its packages from, there it has their sources from. */
function sourceLines() {
  const format = "$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(CODENAME)|$(COMPONENT)";
  const { status, stdout } = spawnSync(
    "apt-get",
    ["indextargets", "--format", format, "Created-By: Packages"],
    {
      encoding: "utf8",
    },
  );
  const places = status === 0 ? stdout.split("\n").map((line) => line.split("|")) : [];
  const own = places.filter(([origin, label]) => origin === "Debian" && label === "Debian");
  if (own.length === 0) throw new Error("needs Debian, and `apt-get update` run once");
  const key = "/usr/share/keyrings/debian-archive-keyring.gpg";
  return own.map(([, , uri, release, part]) => `deb-src [signed-by=${key}] ${uri} ${release} ${part}`);
}

/** The package's own dependencies, and of its development dependencies what its tests may need. */
function install(suite, folder) {
  const path = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const development = Object.entries(manifest.devDependencies ?? {});
  // Mocha suites name their tools: what old packages list no longer runs on any Node that we do.
  const kept = suite.runner === "mocha" ? [] : development.filter(([name]) => !USELESS.test(name));
  const lean = { ...manifest, devDependencies: Object.fromEntries(kept), scripts: {} };
  writeFileSync(path, JSON.stringify(lean, undefined, 2));
  const lock = join(folder, "package-lock.json");
  if (existsSync(lock)) renameSync(lock, `${lock}.theirs`);
  must("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...suite.tools], folder);
}

function must(command, args, cwd) {
  mkdirSync(home, { recursive: true });
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: cwd ?? home, encoding: "utf8" });
  if (status === 0) return stdout;
  const lines = `${error?.message ?? stderr ?? ""}`.trim().split("\n");
  throw new Error(
    `${command} ${args[0]} failed: ${lines.find((line) => /^(E:|npm error)/.test(line)) ?? lines[0]}`,
  );
}
