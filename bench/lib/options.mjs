/** The command line of the bench. */
import { parseArgs } from "node:util";
import { loadWorkloads, otherWorkloads } from "./workloads.mjs";

const list = (text) => (text === undefined ? [] : text.split(",").filter((word) => word !== ""));

export const help = `npm run bench -- [options]
  --node 24            Node to run the servers on: 20, 22, 24 or 26
  --rounds 5           rounds per workload; the servers take turns in each
  --seconds 2          seconds per server and round
  --only hello,json    these workloads: ${[...loadWorkloads, ...otherWorkloads].map(({ name }) => name).join(", ")}
  --servers a,b        these servers (node-http is always measured too); node-http@26 picks a Node for one
  --connections 10000  how many idle connections are held for the memory table
  --cores 0,1          the core of the server and the core of the load generator
  --quick              2 rounds of 1 second, 1000 idle connections: to see that it works
  --verify             check every server's answers and stop
  --out node-24        write bench/results/node-24.{json,md,svg}; without --only, --servers and --quick
                       the name is node-<version>, with any of them nothing is written unless named`;

/**
 * @param {string[]} words
 * @returns Settings; throws with a message for people.
 */
export function parseOptions(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      node: { type: "string", default: "24" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      only: { type: "string" },
      servers: { type: "string" },
      connections: { type: "string" },
      cores: { type: "string", default: "0,1" },
      quick: { type: "boolean", default: false },
      verify: { type: "boolean", default: false },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { quick } = values;
  const partial = quick || values.only !== undefined || values.servers !== undefined;
  const [serverCore, loadCore] = list(values.cores);
  return {
    node: values.node,
    rounds: count("rounds", values.rounds, quick ? 2 : 5),
    seconds: count("seconds", values.seconds, quick ? 1 : 2),
    connections: count("connections", values.connections, quick ? 1000 : 10_000),
    workloads: chosenWorkloads(list(values.only)),
    servers: list(values.servers),
    serverCore,
    loadCore: loadCore ?? serverCore,
    verifyOnly: values.verify,
    help: values.help,
    out: values.out ?? (partial ? undefined : `node-${values.node}`),
  };
}

function count(name, text, preset) {
  const value = text === undefined ? preset : Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a whole number above 0, not "${text}"`);
}

/** Names of the workloads to run; all when none are asked for. */
function chosenWorkloads(names) {
  const known = [...loadWorkloads, ...otherWorkloads].map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`no workload "${unknown}"; there are: ${known.join(", ")}`);
  return names.length === 0 ? known : names;
}
