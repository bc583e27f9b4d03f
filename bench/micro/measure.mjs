/**
 * Compares small pieces of code: a few candidates take turns, round by round, and medians are compared, so
 * that a machine that gets slower or faster in between hits all of them alike.
 *
 * @example
 * await compare("find the end of the head", {
 *   "Buffer.indexOf": () => head.indexOf("\r\n\r\n"),
 *   "own loop": () => endOfHead(head),
 * });
 */
import { pairedRatio, spread } from "../lib/statistics.mjs";

const defaults = { rounds: 15, milliseconds: 40 };

/** Results go here, so that no engine can leave out the work. */
let sink;

/**
 * @param {string} question Printed above the table.
 * @param {Record<string, () => unknown>} candidates By name; the first is the one to compare with. One that
 *   returns a promise is awaited.
 * @param {{ rounds?: number, milliseconds?: number }} [options] Rounds, and how long each candidate runs in one.
 * @returns {Promise<{ name: string, nanoseconds: object, ratio: object }[]>} Time per call, and speed as a
 *   multiple of the first candidate's in the same round.
 */
export async function compare(question, candidates, options = {}) {
  const { rounds, milliseconds } = { ...defaults, ...options };
  const entries = [];
  for (const [name, candidate] of Object.entries(candidates)) {
    const timer = timerFor(candidate);
    const batch = await batchFor(timer, milliseconds);
    entries.push({ name, timer, batch, times: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { timer, batch, times } of entries) times.push((await timer(batch)) / batch);
  }
  const results = entries.map(({ name, times }) => ({
    name,
    nanoseconds: spread(times),
    ratio: pairedRatio(entries[0].times, times),
  }));
  print(question, results);
  return results;
}

/** A function that runs a candidate `count` times and gives the nanoseconds it took. */
function timerFor(candidate) {
  sink = candidate();
  return typeof sink?.then === "function" ? awaitingTimer(candidate) : plainTimer(candidate);
}

function plainTimer(candidate) {
  return (count) => {
    const began = process.hrtime.bigint();
    for (let turn = 0; turn < count; turn++) sink = candidate();
    return Number(process.hrtime.bigint() - began);
  };
}

function awaitingTimer(candidate) {
  return async (count) => {
    const began = process.hrtime.bigint();
    for (let turn = 0; turn < count; turn++) sink = await candidate();
    return Number(process.hrtime.bigint() - began);
  };
}

/** Warms a candidate up, and finds how many calls fill the time of one round. */
async function batchFor(timer, milliseconds) {
  let count = 1;
  for (;;) {
    const nanoseconds = await timer(count);
    if (nanoseconds >= milliseconds * 1e6)
      return Math.max(1, Math.round((count * milliseconds * 1e6) / nanoseconds));
    count *= 2;
  }
}

function print(question, results) {
  const longest = Math.max(...results.map(({ name }) => name.length));
  console.log(`\n${question} (Node ${process.versions.node})`);
  for (const { name, nanoseconds, ratio } of results) {
    const { median, min, max } = nanoseconds;
    const range = `(${min.toFixed(1)}-${max.toFixed(1)})`;
    console.log(`  ${name.padEnd(longest)}  x${ratio.median.toFixed(2)}  ${median.toFixed(1)} ns ${range}`);
  }
}
