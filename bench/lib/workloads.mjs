/** Every workload, in the order of the tables. */

/**
 * @typedef {object} LoadWorkload
 * @property {string} name
 * @property {string} title
 * @property {string} answer Which answer of the server it asks for: a server may give only some.
 * @property {string} path
 * @property {string} script A file of `bench/load`, without its ending.
 * @property {string[]} [arguments] For the script.
 * @property {number} [connections] 64 when absent.
 * @property {"https"} [scheme] http when absent.
 */

/** @type {LoadWorkload[]} */
export const loadWorkloads = [
  { name: "hello", title: "hello", answer: "hello", path: "/", script: "plain" },
  { name: "browser", title: "browser headers", answer: "hello", path: "/", script: "browser" },
  { name: "pipelined", title: "pipelined x16", answer: "hello", path: "/", script: "pipelined" },
  { name: "json", title: "JSON 1 KB", answer: "json", path: "/json", script: "plain" },
  {
    name: "echo-1k",
    title: "POST 1 KB echo",
    answer: "echo",
    path: "/echo",
    script: "post",
    arguments: ["1024"],
  },
  {
    name: "echo-1m",
    title: "POST 1 MB echo",
    answer: "echo-large",
    path: "/echo",
    script: "post",
    arguments: ["1048576"],
    connections: 16,
  },
  {
    name: "stream",
    title: "stream 1 MB",
    answer: "stream",
    path: "/stream",
    script: "plain",
    connections: 16,
  },
  { name: "file-10k", title: "file 10 KB", answer: "file", path: "/file/10k", script: "plain" },
  { name: "file-1m", title: "file 1 MB", answer: "file", path: "/file/1m", script: "plain", connections: 16 },
  { name: "close", title: "Connection: close", answer: "close", path: "/", script: "close" },
];

/** Measured by the bench itself, without the load generator's rounds. */
export const otherWorkloads = [
  { name: "startup", title: "start-up", answer: "hello" },
  { name: "idle", title: "idle connections", answer: "hello" },
];

/** Whether a server gives the answer that a workload asks for. */
export function supports(server, workload) {
  return server.only === undefined || server.only.includes(workload.answer);
}
