/** Every row on which fetch servers differ, on every way from a socket to a fetch handler. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromFetch } from "#src/adapter/fetch.js";
import { type Carrier, carriers, onServer } from "./rows/carriers.js";
import { fetchBodyRows } from "./rows/fetch-body-rows.js";
import { fetchEndingRows } from "./rows/fetch-ending-rows.js";
import { fetchHeadRows } from "./rows/fetch-head-rows.js";

for (const carrier of Object.keys(carriers) as Carrier[]) {
  describe(`a fetch handler on ${carrier}`, { concurrency: 4 }, () => {
    for (const { title, differs, make } of [...fetchHeadRows, ...fetchBodyRows, ...fetchEndingRows]) {
      const run = async (): Promise<void> => {
        const { handler, check } = make();
        await onServer(carrier, fromFetch(handler), check);
      };
      const reason = differs?.[carrier];
      if (reason === undefined) test(title, { timeout: 30_000 }, run);
      else test(`${title} [differs: ${reason}]`, () => assert.rejects(run()));
    }
  });
}
