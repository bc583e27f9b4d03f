/** The conformance suite: numbered cases that any server of the contract can run, in any test runner. */
import { UsageError } from "../http/errors.ts";
import { capabilityNamed, type Capability, type Lack } from "./capability.ts";
import { type CaseSetting, runCase } from "./case-kit.ts";
import { createHttp2Client } from "./http2-client.ts";
import { createLiveClient } from "./live-client.ts";
import { SharedServers } from "./shared-server.ts";
import type { StartServer, SuiteCase, SuiteGroup } from "./suite-case.ts";
import { pagiCases } from "./suite/pagi-cases.ts";
import { psgiCases } from "./suite/psgi-cases.ts";
import { sseCases } from "./suite/sse-cases.ts";
import { tlsCases } from "./suite/tls-cases.ts";
import { wsCases } from "./suite/ws-cases.ts";
import { loadWireCases, type WireCase } from "./wire-case.ts";
import { cutWireCase, runWireCase } from "./wire-run.ts";

/** The cases by group; those of the wire are data of their own. */
const CASES = { psgi: psgiCases, pagi: pagiCases, sse: sseCases, ws: wsCases, tls: tlsCases };
const MESSAGE_GROUPS = Object.keys(CASES) as (keyof typeof CASES)[];

/** What is known of the server under test. */
export interface SuiteOptions {
  /** What the server cannot do, with the reason. Such cases still run: one that passes is reported. */
  readonly lacks?: readonly Lack[];
  /** Single cases the server is known to fail, by id, with the reason. They run like the lacking ones. */
  readonly differs?: Readonly<Record<string, string>>;
  /** The prefix below which `start` mounts every app; then the `wire` group is left out. */
  readonly mount?: string;
  /** Which groups to run; all of them when absent. */
  readonly groups?: readonly SuiteGroup[];
  /**
   * What the client speaks; HTTP/1.1 when absent. Over HTTP/2 the `wire` group is left out, and what a case says about
   * HTTP/1 alone is to be declared as lacking.
   */
  readonly protocol?: "http/1.1" | "h2";
}

/**
 * The cases for one server. `start` gets an app and the limits a case asks for, and resolves with the URL
 * of a server that runs it. Throws a `UsageError` for an unknown capability or group.
 *
 * @example
 * import { test } from "node:test";
 * const start = (app: App) => standalone({ listen: ["http://127.0.0.1:0"] }).run(app);
 * for (const { title, run } of serverSuite(start)) test(title, run);
 */
export function serverSuite(start: StartServer, options: SuiteOptions = {}): SuiteCase[] {
  const lacks = readLacks(options.lacks ?? []);
  const differs = readDiffers(options.differs ?? {});
  const mount = readMount(options.mount ?? "");
  const isHttp2 = options.protocol === "h2";
  const hasWire = mount === "" && !isHttp2;
  const groups = options.groups ?? (hasWire ? [...MESSAGE_GROUPS, "wire"] : MESSAGE_GROUPS);
  const setting = { start, mount, connect: isHttp2 ? createHttp2Client : createLiveClient };
  return groups.flatMap((group) => casesOf(group, setting)).map((entry) => judged(entry, lacks, differs));
}

interface Entry {
  readonly id: string;
  readonly group: SuiteGroup;
  readonly title: string;
  readonly needs: readonly Capability[];
  run(): Promise<void>;
}

function casesOf(group: SuiteGroup, setting: CaseSetting): Entry[] {
  if (group === "wire") {
    const servers = new SharedServers(setting.start);
    return loadWireCases().map((wireCase) => wireEntry(wireCase, servers));
  }
  const cases = CASES[group];
  if (cases === undefined) {
    throw new UsageError(
      `unknown group ${String(group)}; known are ${[...MESSAGE_GROUPS, "wire"].join(", ")}`,
    );
  }
  return cases.map((definition) => ({
    id: definition.id,
    group,
    title: `${definition.id}: ${definition.title} (${definition.rule})`,
    needs: definition.needs ?? [],
    run: () => runCase(definition, setting),
  }));
}

function wireEntry(wireCase: WireCase, servers: SharedServers): Entry {
  const limited = Object.keys(wireCase.limits).length > 0;
  return {
    id: `wire-${wireCase.name}`,
    group: "wire",
    title: `wire-${wireCase.name}: ${wireCase.title} (${wireCase.rule})`,
    needs: ["wire", ...(limited ? (["limits"] as const) : []), ...wireCase.needs],
    run: () =>
      servers.use(wireCase.app, wireCase.limits, async (url) => {
        await runWireCase(wireCase, url, "whole");
        await runWireCase(wireCase, url, "bytes");
        await cutWireCase(wireCase, url);
      }),
  };
}

function judged(
  entry: Entry,
  lacks: ReadonlyMap<Capability, string>,
  differs: ReadonlyMap<string, string>,
): SuiteCase {
  const { id, group, title, run } = entry;
  const missing = entry.needs.find((capability) => lacks.has(capability));
  const reason = missing === undefined ? differs.get(id) : lacks.get(missing);
  if (reason === undefined) return { id, group, title, run };
  const what = missing ?? "this case";
  const lacking = `${what}: ${reason}`;
  return {
    id,
    group,
    title: `${title} [declared lacking ${lacking}]`,
    lacking,
    run: () => mustFail(entry, what),
  };
}

async function mustFail(entry: Entry, missing: string): Promise<void> {
  try {
    await entry.run();
  } catch {
    return;
  }
  throw new Error(`${entry.id} passes although ${missing} is declared lacking: correct the declaration`);
}

function readLacks(lacks: readonly Lack[]): Map<Capability, string> {
  return new Map(
    lacks.map(({ capability, reason }) => {
      if (reason === "") throw new UsageError(`the lack of ${capability} needs a reason`);
      return [capabilityNamed(capability), reason];
    }),
  );
}

function readDiffers(differs: Readonly<Record<string, string>>): Map<string, string> {
  const known = new Set(MESSAGE_GROUPS.flatMap((group) => CASES[group].map(({ id }) => id)));
  return new Map(
    Object.entries(differs).map(([id, reason]) => {
      if (!known.has(id)) throw new UsageError(`unknown case ${id} in differs`);
      if (reason === "") throw new UsageError(`the difference in ${id} needs a reason`);
      return [id, reason];
    }),
  );
}

function readMount(mount: string): string {
  if (mount !== "" && !/^(\/[A-Za-z0-9._~-]+)+$/.test(mount)) {
    throw new UsageError(`bad mount ${JSON.stringify(mount)}: empty, or plain segments like /a/b`);
  }
  return mount;
}
