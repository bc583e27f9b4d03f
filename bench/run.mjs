/** `npm run bench`: verifies, measures, reports. See README.md in this folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEnvironment } from "./lib/environment.mjs";
import { makeFiles } from "./lib/files.mjs";
import { measureIdle } from "./lib/measure-idle.mjs";
import { baseName, measureLoad } from "./lib/measure-load.mjs";
import { measureStartup } from "./lib/measure-startup.mjs";
import { help, parseOptions } from "./lib/options.mjs";
import { resultFolder } from "./lib/paths.mjs";
import { toMarkdown } from "./lib/report-markdown.mjs";
import { toPlot } from "./lib/report-plot.mjs";
import { startServer } from "./lib/server-process.mjs";
import { chooseServers } from "./lib/servers.mjs";
import { verify } from "./lib/verify.mjs";
import { loadWorkloads, supports } from "./lib/workloads.mjs";
import { requireTools } from "./lib/wrk.mjs";

process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function main(words) {
  const options = parseOptions(words);
  if (options.help) {
    console.log(help);
    return;
  }
  requireTools();
  const files = mkdtempSync(join(tmpdir(), "tack-bench-"));
  try {
    makeFiles(files);
    const setting = { ...options, files };
    const { servers, skipped } = await usableServers(setting);
    if (options.verifyOnly) return;
    report(await measureAll(servers, setting), skipped, words, options);
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

/** The servers that are here and answer right; node-http first. Stops when one answers wrong. */
async function usableServers(setting) {
  const names = setting.servers.length === 0 ? [] : [baseName, ...setting.servers];
  const servers = [];
  const skipped = [];
  for (const server of new Set(chooseServers(names))) {
    const reason = server.missing();
    if (reason === undefined) servers.push(server);
    else skipped.push({ server: server.name, reason });
  }
  for (const { server, reason } of skipped) console.log(`left out: ${server} (${reason})`);
  let wrongServers = 0;
  for (const server of servers) wrongServers += (await verifyOne(server, setting)) ? 0 : 1;
  if (wrongServers > 0)
    throw new Error(`${wrongServers} of ${servers.length} servers answer wrong; nothing is measured`);
  return { servers, skipped };
}

async function verifyOne(server, setting) {
  const process = await startServer(server, { ...setting, core: setting.serverCore });
  try {
    const wrong = await verify(server, process.port, setting.files);
    console.log(
      `${server.name}: ${wrong.length === 0 ? "answers as it should" : `WRONG\n  ${wrong.join("\n  ")}`}`,
    );
    return wrong.length === 0;
  } finally {
    await process.stop();
  }
}

async function measureAll(servers, setting) {
  const wanted = (workload) => setting.workloads.includes(workload);
  const results = { load: [] };
  for (const workload of loadWorkloads.filter(({ name }) => wanted(name))) {
    console.log(`measuring ${workload.title}`);
    const able = servers.filter((server) => supports(server, workload));
    results.load.push(await measureLoad(workload, able, setting));
  }
  if (wanted("startup")) {
    console.log("measuring start-up");
    results.startup = await measureStartup(servers, setting);
  }
  if (wanted("idle")) {
    console.log(`measuring memory with ${setting.connections} idle connections`);
    results.idle = await measureIdle(servers, setting);
  }
  return results;
}

function report(measured, skipped, words, options) {
  const command = ["npm run bench --", ...words].join(" ").replace(/ --$/, "");
  const { node, rounds, seconds, connections } = options;
  const environment = describeEnvironment(node);
  const results = {
    command,
    environment,
    options: { node, rounds, seconds, connections },
    skipped,
    ...measured,
  };
  console.log(`\n${toMarkdown(results)}`);
  if (options.out === undefined) return;
  mkdirSync(resultFolder, { recursive: true });
  const path = join(resultFolder, options.out);
  writeFileSync(`${path}.json`, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(`${path}.md`, `${toMarkdown(results)}\n![The same as bars](${options.out}.svg)\n`);
  writeFileSync(`${path}.svg`, toPlot(results));
  console.log(`written: bench/results/${options.out}.{json,md,svg}`);
}
