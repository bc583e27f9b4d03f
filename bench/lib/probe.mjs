/**
 * Loaded into a Node server with `--import`: answers "measure" over the process channel with the memory in
 * use after a full collection, and with what is still open.
 */
process.on("message", async () => {
  // Finalizers run between two collections, and what they free is seen by the second.
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const sockets = resources.filter((name) => name === "TCPSocketWrap").length;
  process.send({ heapUsed, external, arrayBuffers, rss, sockets, handles: resources.length });
});
