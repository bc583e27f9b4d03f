/**
 * What judging a response's headers costs: a list that was seen before (recognised by content, whether it is the
 * same array or not) against one that is new each time.
 * Run: npm run build && node bench/micro/field-facts.mjs
 */
import { inspectFields } from "../../dist/exchange/field-facts.js";
import { measure } from "./measure.mjs";

const kept = [
  ["content-type", "text/html; charset=utf-8"],
  ["cache-control", "no-store"],
  ["x-frame-options", "DENY"],
];
let count = 0;

console.log(`Node ${process.versions.node}`);
await measure("known list, the same array", () => inspectFields(kept));
await measure("known list, a new array each time", () =>
  inspectFields(kept.map(([name, value]) => [name, value])),
);
await measure("new list each time", () => inspectFields([...kept.slice(1), ["etag", `"${count++}"`]]));
