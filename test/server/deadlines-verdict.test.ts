import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConnectionPhase, Deadlines, type Overdue } from "#src/server/deadlines.js";
import { resolveLimits } from "#src/server/limits.js";

const LIMITS = resolveLimits({
  headTimeoutMs: 10,
  bodyTimeoutMs: 20,
  minBodyRate: 1000,
  writeTimeoutMs: 30,
  keepAliveTimeoutMs: 40,
  requestTimeoutMs: 500,
  halfCloseGraceMs: 15,
  lingerMs: 25,
});

const TIMES: readonly (readonly [ConnectionPhase, number, Overdue])[] = [
  ["head", 10, "client_timeout"],
  ["half", 15, "client_closed"],
  ["discard", 20, "close"],
  ["linger", 25, "destroy"],
  ["idle", 40, "close"],
  ["busy", 500, "x-request-timeout"],
];

for (const [phase, allowed, overdue] of TIMES) {
  test(`${phase}: nothing up to ${allowed} ms, then ${overdue}`, () => {
    const deadlines = new Deadlines(0);
    deadlines.enter(phase, 1000);
    if (phase === "half") {
      deadlines.enter("busy", 1000);
      deadlines.enter("half", 1000);
    }
    assert.equal(deadlines.verdict(1000 + allowed, LIMITS, false), undefined);
    assert.equal(deadlines.verdict(1001 + allowed, LIMITS, false), overdue);
  });
}

for (const phase of ["taken", "closed"] as const) {
  test(`${phase}: never`, () => {
    const deadlines = new Deadlines(0);
    deadlines.enter(phase, 0);
    deadlines.noteOutput({ accepted: 9, waiting: 9, inSystem: 9 }, 0);
    assert.equal(deadlines.verdict(1e9, LIMITS, false), undefined);
  });
}

test("a body: silence and a low rate count, but not while the client is held up", () => {
  const deadlines = new Deadlines(0);
  deadlines.enter("busy", 0);
  deadlines.startBody(0);
  assert.equal(deadlines.verdict(20, LIMITS, false), undefined);
  assert.equal(deadlines.verdict(21, LIMITS, false), "client_timeout");
  assert.equal(deadlines.verdict(21, LIMITS, true), undefined);
  deadlines.readAt = 39;
  deadlines.bodyBytes = 40;
  assert.equal(deadlines.verdict(40, LIMITS, false), undefined);
  assert.equal(deadlines.verdict(41, LIMITS, false), "client_timeout");
  deadlines.isReading = false;
  assert.equal(deadlines.verdict(41, LIMITS, false), undefined);
});

test("output that waits without progress ends in write_timeout, in every phase", () => {
  for (const phase of ["idle", "busy", "half", "discard", "linger"] as const) {
    const deadlines = new Deadlines(0);
    deadlines.enter("busy", 0);
    deadlines.enter(phase, 100);
    const output = { accepted: 50, waiting: 50, inSystem: 50 };
    deadlines.noteOutput(output, 100);
    for (const now of [110, 120, 130]) {
      deadlines.noteOutput(output, now);
      assert.notEqual(deadlines.verdict(now, LIMITS, false), "write_timeout");
    }
    deadlines.noteOutput(output, 131);
    assert.equal(deadlines.verdict(131, LIMITS, false), "write_timeout");
  }
});

test("progress inside one large write counts, and waiting output keeps linger and half alive", () => {
  for (const phase of ["half", "linger"] as const) {
    const deadlines = new Deadlines(0);
    deadlines.enter("busy", 0);
    deadlines.enter(phase, 0);
    for (let now = 0; now < 400; now += 20) {
      deadlines.noteOutput({ accepted: 1000, waiting: 1000, inSystem: 1000 - now }, now);
      assert.equal(deadlines.verdict(now, LIMITS, false), undefined, `${phase} at ${now}`);
    }
    deadlines.noteOutput({ accepted: 1000, waiting: 0, inSystem: 0 }, 400);
    assert.equal(deadlines.verdict(400, LIMITS, false), phase === "half" ? "client_closed" : undefined);
    assert.notEqual(deadlines.verdict(430, LIMITS, false), undefined);
  }
});
