/** What must hold for every sequence of events and every kind of filter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { noBody } from "#src/compose/body-filter.js";
import { type EditResponse, filterResponse } from "#src/compose/filter-response.js";
import { wrap } from "#src/compose/wrap.js";
import { lint } from "#src/middleware/lint.js";
import type { App, Middleware } from "#src/pagi/app.js";
import type { SendEvent } from "#src/pagi/event.js";
import { drive, httpScope } from "../support/drive.js";

/** How an app goes on: pieces, then an end, a stop without one, or an exception. */
interface Plan {
  readonly pieces: readonly string[];
  readonly ending: "complete" | "return" | "throw";
  readonly hasLength: boolean;
  readonly isHead: boolean;
}

const plans = fc.record<Plan>({
  pieces: fc.array(fc.string({ maxLength: 8 }), { maxLength: 6 }),
  ending: fc.constantFrom("complete", "return", "throw"),
  hasLength: fc.boolean(),
  isHead: fc.boolean(),
});

/** Filters that leave a body as it is, each in its own way. */
const neutral: Readonly<Record<string, EditResponse>> = {
  nothing: () => undefined,
  head: (head) => head.set("x-a", "1"),
  chunks: () => (chunk) => chunk,
  late: () => {
    const kept: Uint8Array[] = [];
    return { transform: (chunk) => void kept.push(chunk), flush: () => Buffer.concat(kept) };
  },
  whole: () => ({ maxBytes: 1000, whole: (body) => body }),
  limited: () => ({ maxBytes: 5, whole: (body) => body }),
};

const playing =
  ({ pieces, ending, hasLength }: Plan): App =>
  async (_scope, _receive, send) => {
    const size = new TextEncoder().encode(pieces.join("")).length;
    const headers = hasLength && ending === "complete" ? ([["content-length", String(size)]] as const) : [];
    await send({ type: "http.response.start", status: 200, headers });
    for (const body of pieces) await send({ type: "http.response.body", body, more: true });
    if (ending === "complete") await send({ type: "http.response.body" });
    if (ending === "throw") throw new Error("planned");
  };

const run = (app: App, plan: Plan) => drive(app, httpScope({ method: plan.isHead ? "HEAD" : "GET" }));
const bytesOf = (events: readonly SendEvent[]): string =>
  Buffer.concat(
    events.map((event) =>
      event.type === "http.response.body" ? Buffer.from(event.body ?? "") : Buffer.alloc(0),
    ),
  ).toString("latin1");

test("MID-3, MID-5, MID-7: stacks of neutral filters keep every body, its end and the app's error", async () => {
  const names = fc.array(fc.constantFrom(...Object.keys(neutral)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(plans, names, async (plan, chosen) => {
      const layers = chosen.map(
        (name): Middleware =>
          (app) =>
            filterResponse(app, neutral[name]!),
      );
      const plain = await run(playing(plan), plan);
      const filtered = await run(wrap(playing(plan), ...layers), plan);
      assert.equal(filtered.isComplete, plain.isComplete);
      assert.equal(String(filtered.error), String(plain.error));
      assert.equal(filtered.events[0]?.type, "http.response.start");
      const isLate = chosen.includes("late") && plan.ending !== "complete";
      if (!plan.isHead && !isLate) assert.equal(bytesOf(filtered.events), bytesOf(plain.events));
    }),
  );
});

test("HTTP-22: every complete answer passes lint, whatever the filter made of its body", async () => {
  const changing: Readonly<Record<string, EditResponse>> = {
    ...neutral,
    nothingLeft: () => noBody,
    longer: () => ({ transform: (chunk) => Buffer.concat([chunk, chunk]), flush: () => "the end" }),
    notModified: (head) => void (head.status = 304),
    noContent: (head) => void (head.status = 204),
    other: () => ({ maxBytes: 1000, whole: () => "something else" }),
  };
  await fc.assert(
    fc.asyncProperty(plans, fc.constantFrom(...Object.keys(changing)), async (plan, name) => {
      const complete: Plan = { ...plan, ending: "complete" };
      const { error, isComplete } = await run(
        lint()(filterResponse(playing(complete), changing[name]!)),
        complete,
      );
      assert.deepEqual([error, isComplete], [undefined, true]);
    }),
  );
});
