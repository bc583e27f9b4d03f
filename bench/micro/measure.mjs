/** The plainest of benchmarks: warm up, then the best and the median of a few rounds in CPU time per call. */

const ROUNDS = 7;

/** Prints nanoseconds of CPU per call of `work`, which may be async. */
export async function measure(name, work, calls = 100_000) {
  await round(work, calls);
  const times = [];
  for (let count = 0; count < ROUNDS; count++) times.push(await round(work, calls));
  times.sort((one, other) => one - other);
  const [best, median] = [times[0], times[ROUNDS >> 1]];
  console.log(
    `${name.padEnd(56)} ${best.toFixed(0).padStart(7)} ns best ${median.toFixed(0).padStart(7)} ns median`,
  );
}

async function round(work, calls) {
  const start = process.cpuUsage();
  for (let count = 0; count < calls; count++) {
    const result = work();
    // Promises are awaited one by one, as under a server; a loop that never yields piles up microtasks.
    if (typeof result?.then === "function") await result;
    else if ((count & 255) === 0) await undefined;
  }
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / calls;
}

/** What a command-line client sends. */
export const fewHeaders = [
  ["host", "127.0.0.1:5000"],
  ["user-agent", "wrk"],
  ["accept", "*/*"],
];

/** What a browser sends. */
export const browserHeaders = [
  ["host", "127.0.0.1:5000"],
  ["connection", "keep-alive"],
  ["cache-control", "max-age=0"],
  [
    "user-agent",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36",
  ],
  ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"],
  ["sec-fetch-site", "none"],
  ["sec-fetch-mode", "navigate"],
  ["sec-fetch-dest", "document"],
  ["accept-encoding", "gzip, deflate, br, zstd"],
  ["accept-language", "en-GB,en;q=0.9"],
  ["referer", "http://127.0.0.1:5000/other"],
  ["cookie", "session=0123456789abcdef; theme=dark"],
];
