/** The results as one markdown page. */

const times = (ratio) => (Number.isFinite(ratio) ? ratio.toFixed(2) : "-");
const whole = (number) => Math.round(number).toLocaleString("en-GB");
const one = (number) => number.toFixed(1);
const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(0);
const range = ({ median, min, max }, format) => `${format(median)} (${format(min)}-${format(max)})`;
const name = (row) => (row.ours ? `**${row.server}**` : row.server);

/** Lines of a table; numbers are set right. */
function table(head, rows) {
  const rule = head.map((_, column) => (column === 0 ? "---" : "--:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/**
 * @param {object} results As `run.mjs` makes them.
 * @returns {string}
 */
export function toMarkdown(results) {
  const blocks = [
    `# Node ${results.environment.node}`,
    paragraph(results),
    ...(results.load.length > 0 ? ["## All at once", overview(results.load).join("\n"), legend] : []),
    ...results.load.flatMap((workload) => [
      `## ${workload.title}`,
      loadTable(workload).join("\n"),
      ...deaths(workload),
    ]),
    ...(results.startup === undefined
      ? []
      : ["## Start-up", startupNote, startupTable(results.startup).join("\n")]),
    ...(results.idle === undefined
      ? []
      : ["## Memory", idleNote(results.idle), idleTable(results.idle).join("\n")]),
    "## Machine, versions, command",
    facts(results).join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function paragraph({ options }) {
  return (
    `Requests per second as multiples of node:http, paired round by round: ${options.rounds} rounds of ` +
    `${options.seconds} s, servers taking turns, the server on one core and the load generator on another. ` +
    `Median, in the detailed tables with the lowest and the highest round in brackets.`
  );
}

const marks = { server: "", generator: "\\*", other: "?" };

const legend =
  "`*` The load generator was at its limit (above 95% of its core), so the server could do more. `?` Neither was: " +
  "others used the machine, or both waited. In both cases the figure in brackets compares CPU time per request " +
  "instead, the columns server and generator below being their shares of their cores.";

function overviewCell({ rows, died }, server) {
  const row = rows.find((candidate) => candidate.server === server);
  if (died.some((candidate) => candidate.server === server)) return "died";
  if (row === undefined) return "";
  const ratio = times(row.ratio.median);
  return row.limit === "server" ? ratio : `${ratio}${marks[row.limit]} (${times(row.cpuRatio.median)})`;
}

function overview(load) {
  const servers = [...new Set(load.flatMap(({ rows }) => rows.map(({ server }) => server)))];
  const label = (server) => name(load[0].rows.find((row) => row.server === server) ?? { server });
  const rows = servers.map((server) => [
    label(server),
    ...load.map((workload) => overviewCell(workload, server)),
  ]);
  return table(["server", ...load.map(({ title }) => title)], rows);
}

function loadTable({ rows }) {
  const head = [
    "server",
    "x node:http",
    "requests/s",
    "CPU µs/request",
    "x by CPU",
    "p50 µs",
    "p99 µs",
    "server",
    "generator",
    "errors",
  ];
  const cells = rows.map((row) => [
    name(row),
    range(row.ratio, times),
    range(row.requestsPerSecond, whole),
    range(row.serverMicrosecondsPerRequest, one),
    times(row.cpuRatio.median),
    whole(row.p50Microseconds),
    whole(row.p99Microseconds),
    `${whole(row.serverShare * 100)}%`,
    `${whole(row.generatorShare * 100)}%${marks[row.limit]}`,
    whole(row.errors),
  ]);
  return table(head, cells);
}

const deaths = ({ died }) =>
  died.map(({ server, reason }) => `${server} died under this load: \`${reason}\``);

const startupNote = "From spawn to the first answer, in milliseconds; less is better.";

function startupTable({ rows }) {
  const cells = rows.map((row) => [name(row), range(row.milliseconds, one), range(row.ratio, times)]);
  return table(["server", "ms", "x node:http"], cells);
}

function idleNote({ connections }) {
  return (
    `Resident memory at rest and after the hello load; and, in a process of its own that had only a few ` +
    `connections before, what each of ${whole(connections)} idle keep-alive connections adds after one request ` +
    "each, on Node also the JavaScript part of it (heap and external, after a collection). Less is better."
  );
}

function idleTable({ rows }) {
  const cells = rows.map((row) => [
    name(row),
    mebibytes(row.restBytes),
    mebibytes(row.loadedBytes),
    range(row.bytesPerConnection, whole),
    Number.isFinite(row.heapBytesPerConnection) ? whole(row.heapBytesPerConnection) : "-",
  ]);
  return table(["server", "at rest MiB", "after load MiB", "bytes/connection", "of it JavaScript"], cells);
}

function facts({ environment, command, skipped }) {
  const versions = Object.entries(environment.versions).map(([program, version]) => `${program} ${version}`);
  return [
    `- ${environment.processor}, ${environment.cores} cores, ${environment.memoryGiB} GiB, ${environment.kernel}`,
    `- Node ${environment.node}; ${versions.join("; ")}`,
    `- \`${command}\``,
    ...skipped.map(({ server, reason }) => `- ${server} was left out: ${reason}`),
  ];
}
