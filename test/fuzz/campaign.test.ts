import assert from "node:assert/strict";
import { test } from "node:test";
import { campaign } from "./campaign.js";
import { allSeeds } from "./inputs.js";

test("a server that gets thousands of broken requests answers or closes each, and serves on", async () => {
  const result = await campaign({ seeds: allSeeds(), runs: 4000, seed: 20_260_727, connections: 32 });
  assert.deepEqual(result.failures, []);
  assert.equal(result.runs, 4000);
  assert.ok((result.statuses.get(200) ?? 0) > 500, "most mutations still are requests");
  assert.ok((result.statuses.get(400) ?? 0) > 500, "many are not");
  assert.equal(result.after.unsettled, 0);
});
