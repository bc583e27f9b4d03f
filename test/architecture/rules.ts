/**
 * The house rules as data: which floor a folder stands on, what it may import, and every exception by name.
 * An exception carries its reason; a list that grows is a sign that a split is due.
 */

/** What the files of one folder of `src` may do. */
export interface FloorRule {
  readonly floor: number;
  /** Folders it may import from, its own excluded. */
  readonly imports: readonly string[];
  /** `all`: any file of the folder; `organs`: no sibling and no sibling's subfolder; `folder`: only its own subfolder. */
  readonly own: "all" | "organs" | "folder";
  /** `marked`: only files whose header comment says "Node only". */
  readonly node: "never" | "marked" | "always";
}

const contract = ["pagi", "psgi"];
const words = [...contract, "http"];

/** The floors table of the house. `src/index.ts`, the package root, has rules of its own. */
export const floors: Readonly<Record<string, FloorRule>> = {
  pagi: { floor: 0, imports: [], own: "all", node: "never" },
  psgi: { floor: 0, imports: [], own: "all", node: "never" },
  http: { floor: 1, imports: contract, own: "all", node: "never" },
  exchange: { floor: 2, imports: words, own: "all", node: "never" },
  compose: { floor: 2, imports: words, own: "all", node: "never" },
  adapter: { floor: 2, imports: [...words, "exchange"], own: "organs", node: "marked" },
  object: { floor: 2, imports: words, own: "all", node: "never" },
  pubsub: { floor: 2, imports: [...words, "exchange"], own: "all", node: "never" },
  protocol: { floor: 2, imports: words, own: "folder", node: "never" },
  middleware: { floor: 3, imports: [...words, "compose", "object"], own: "organs", node: "marked" },
  app: {
    floor: 3,
    imports: [...words, "compose", "adapter", "object", "pubsub"],
    own: "all",
    node: "always",
  },
  server: {
    floor: 4,
    imports: [...words, "exchange", "compose", "adapter", "protocol"],
    own: "all",
    node: "always",
  },
  handler: {
    floor: 5,
    imports: [...words, "exchange", "adapter", "protocol", "server"],
    own: "organs",
    node: "always",
  },
  cli: {
    floor: 6,
    imports: [...words, "exchange", "compose", "adapter", "object", "middleware", "app", "server", "handler"],
    own: "all",
    node: "always",
  },
  testing: {
    floor: 6,
    imports: [
      ...words,
      "exchange",
      "compose",
      "adapter",
      "object",
      "pubsub",
      "protocol",
      "middleware",
      "app",
      "server",
      "handler",
    ],
    own: "all",
    node: "always",
  },
};

/** Single imports that the table forbids and the house allows: `from -> to`, with the reason. */
export const importExceptions: Readonly<Record<string, string>> = {
  "src/adapter/wintertc.ts -> src/adapter/fetch.ts": "the draft is fetch with a context beside it",
  "src/adapter/node-server/node-app.ts -> src/server/node-files.ts": "one way to open files on node, not two",
  "src/adapter/node-server/socket-body.ts -> src/protocol/http1/read-body.ts":
    "the parser of node leaves the body of an upgrade request unread; one way to read it, not two",
  "src/adapter/to-app.ts -> src/adapter/psgi.ts": "it picks the wrapper for what a module exports",
  "src/adapter/to-app.ts -> src/adapter/fetch.ts": "it picks the wrapper for what a module exports",
  "src/adapter/to-app/hosts.ts -> src/adapter/node.ts": "it picks the wrapper for what a module exports",
  "src/adapter/to-app/hosts.ts -> src/adapter/connect.ts": "it picks the wrapper for what a module exports",
  "src/adapter/to-app/frameworks.ts -> src/adapter/fetch.ts":
    "it picks the wrapper for what a module exports",
};

/** Files of an `organs` folder that their siblings share, and that may know their siblings' organs. */
export const sharedFiles: readonly string[] = ["src/adapter/direct.ts"];

/** Files that are a door to their folder. Everywhere else a file is imported by its own name. */
export const barrels: readonly string[] = ["src/index.ts", "src/testing/index.ts"];

export const maxFileLines = 250;
export const maxTestLines = 300;
export const maxFunctionLines = 40;
export const maxParameters = 4;

/** Files longer than the limit. Only data tables belong here. */
export const longFiles: Readonly<Record<string, string>> = {};

/** Functions longer than the limit, as `path#name`. */
export const longFunctions: Readonly<Record<string, string>> = {};

/** The main export of a file whose name does not follow from the file name. */
export const mainExports: Readonly<Record<string, readonly string[]>> = {
  "src/adapter/direct.ts": ["directOf"],
};

/** Main exports by folder: what `content-length.ts` must export, given `contentLength`. At least one of them. */
export const mainExportOf: Readonly<Record<string, (name: string) => readonly string[]>> = {
  middleware: (name) => [name],
  app: (name) => [name],
  handler: (name) => [name],
  adapter: (name) => [`from${capital(name)}`, `to${capital(name)}`, name],
};

/** Public folders: each file directly in them is `tack/<folder>/<file>`. */
export const publicFolders = [
  "pagi",
  "psgi",
  "http",
  "compose",
  "adapter",
  "object",
  "pubsub",
  "middleware",
  "app",
  "handler",
];

/** True for a source file that has a subpath of its own: directly in a public folder. */
export function isPublic(path: string): boolean {
  const [, folder = "", ...rest] = path.split("/");
  return publicFolders.includes(folder) && rest.length === 1;
}

/** What no file of the project may contain: paths of one machine, registries, placeholders. */
export const forbiddenWords: readonly RegExp[] = [
  /(?<![\w.:/-])\/(?:wor[k]|roo[t])\//,
  /registr[y]\.(?:npmjs|yarnpkg)|artifactor[y]/i,
  /\b(?:TOD[O]|FIXM[E]|XX[X])\b/,
];

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
