/** Every row on which bridges from node handlers differ, on every way from a socket to one. */
import { describe, test } from "node:test";
import { fromNode } from "#src/adapter/node.js";
import { type Carrier, carriers, onServer } from "./rows/carriers.js";
import { nodeRows } from "./rows/node-rows.js";

for (const carrier of Object.keys(carriers) as Carrier[]) {
  describe(`a request listener on ${carrier}`, { concurrency: 4 }, () => {
    for (const { title, make } of nodeRows) {
      const run = async (): Promise<void> => {
        const { listener, check } = make();
        await onServer(carrier, fromNode(listener), check);
      };
      test(title, { timeout: 30_000 }, run);
    }
  });
}
