import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { fromPsgi } from "#src/adapter/psgi.js";
import { lint, lintPsgi } from "#src/middleware/lint.js";
import type { App } from "#src/pagi/app.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiBody } from "#src/psgi/response.js";
import { drive, exchange } from "../support/driven-exchange.js";
import { pulledBodies } from "../support/psgi-bodies.js";

const TEXT = ["Content-Type", "text/plain"];

/** The adapter between two validators. */
function linted(app: PsgiApp): App {
  return lint()(fromPsgi(lintPsgi()(app)));
}

function withBody(body: PsgiBody): PsgiApp {
  return () => [200, TEXT, body];
}

for (const [kind, make] of Object.entries(pulledBodies)) {
  for (const [name, wrap] of Object.entries({ bare: fromPsgi, linted })) {
    test(`BODY-3, BODY-5: a ${kind} is sent whole and closed once (${name})`, async () => {
      const watched = make({ pieces: ["a", "", new Uint8Array([98]), "c"] });
      const driven = await exchange(wrap(withBody(watched.body)));
      assert.equal(driven.text, "abc");
      assert.equal(driven.connection.responseComplete, true);
      // Under lint a finished iterator is not told to return: it has ended by itself.
      if (name === "linted" && kind === "async iterable") return;
      await driven.until(() => watched.closes() > 0);
      assert.equal(watched.closes(), 1);
    });

    test(`BODY-5, BODY-8: a ${kind} that fails after the head makes the response incomplete (${name})`, async () => {
      const watched = make({ pieces: ["a", "b", "c"], ending: "fail" });
      const driven = drive(wrap(withBody(watched.body)));
      assert.match(String(await driven.done), /the body broke/);
      assert.equal(driven.connection.responseComplete, false);
      assert.equal(driven.text, "abc");
    });

    test(`BODY-5, BODY-9: a silent ${kind} is closed when the client leaves (${name})`, async () => {
      const watched = make({ pieces: ["a"], ending: "wait" });
      const driven = drive(wrap(withBody(watched.body)));
      await driven.until(() => driven.text === "a");
      driven.leave();
      assert.equal(await driven.done, undefined);
      if (name === "bare" || kind !== "async iterable") assert.equal(watched.closes(), 1);
    });
  }

  test(`RES-13, BODY-5: a ${kind} is closed unread for HEAD`, async () => {
    const watched = make({ pieces: ["a"] });
    const driven = await exchange(linted(withBody(watched.body)), { method: "HEAD" });
    assert.equal(driven.text, "");
    assert.deepEqual([watched.pulls(), watched.closes()], [0, 1]);
  });

  test(`BODY-9: a ${kind} is not read ahead of a slow client`, async () => {
    const watched = make({ pieces: Array.from({ length: 50 }, () => "x") });
    const driven = drive(fromPsgi(withBody(watched.body)), { stallAfter: 3 });
    await driven.until(() => driven.pieces.length === 4);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(watched.pulls() <= 7, `${watched.pulls()} pulls`);
    driven.resume();
    await driven.done;
    assert.equal(driven.text.length, 50);
  });

  test(`APP-6, BODY-5: a ${kind} in an invalid response is closed`, async () => {
    const watched = make({ pieces: ["a"] });
    const driven = drive(fromPsgi(() => [99, TEXT, watched.body]));
    assert.match(String(await driven.done), /RES-1/);
    assert.equal(watched.closes(), 1);
  });

  test(`HTTP-26: an idle ${kind} does not hold the head back`, async () => {
    const watched = make({ pieces: [], ending: "wait" });
    const driven = drive(fromPsgi(withBody(watched.body)));
    await driven.until(() => driven.pieces.length === 1);
    assert.equal(driven.start?.status, 200);
    driven.leave();
    await driven.done;
  });
}

test("RES-11: the pieces of an array leave as one event, so the server knows the length", async () => {
  const driven = await exchange(linted(withBody(["ab", new Uint8Array([99])])));
  assert.deepEqual(driven.pieces, ["abc"]);
});

test("a generator is read piece by piece, and closed when the client leaves", async () => {
  let isCleanedUp = false;
  function* numbers(): Generator<string> {
    try {
      for (let number = 0; ; number++) yield String(number);
    } finally {
      isCleanedUp = true;
    }
  }
  const driven = drive(fromPsgi(withBody(numbers())), { stallAfter: 5 });
  await driven.until(() => driven.pieces.length === 6);
  driven.leave();
  await driven.done;
  assert.equal(isCleanedUp, true);
});

test("BODY-4, BODY-11: a body with a path is left to the server and closed afterwards", async () => {
  let closes = 0;
  const body = { path: "/tmp/x", offset: 1, length: 2, getline: assert.fail, close: () => closes++ };
  const driven = await exchange(linted(withBody(body)));
  assert.deepEqual(driven.events[1], { type: "http.response.body", file: "/tmp/x", offset: 1, length: 2 });
  assert.equal(closes, 1);
});

test("BODY-4: a Node read stream over a part of a file is read, not taken for the file", async () => {
  const stream = createReadStream(fileURLToPath(import.meta.url), { start: 0, end: 5 });
  const driven = await exchange(linted(withBody(stream)));
  assert.equal(driven.text, "import");
  assert.equal(stream.destroyed, true);
});

test("a Node stream that fails before it is read becomes an error of the app", async () => {
  const driven = drive(fromPsgi(withBody(createReadStream("/no/such/file"))));
  assert.match(String(await driven.done), /ENOENT/);
  const head = await exchange(fromPsgi(withBody(createReadStream("/no/such/file"))), { method: "HEAD" });
  assert.equal(head.start?.status, 200);
});

test("BODY-10: what closing throws is reported and changes nothing else", async () => {
  const thrower = { getline: () => undefined, close: () => assert.fail("no") };
  const rejecter = { getline: () => undefined, close: () => Promise.reject(new Error("no")) };
  for (const body of [thrower, rejecter]) {
    const driven = await exchange(fromPsgi(withBody(body)));
    assert.equal(driven.connection.responseComplete, true);
    await driven.until(() => driven.log.length === 1);
    assert.match(driven.log[0]!, /closing the response body failed.*no/);
  }
});

test("RES-10, BODY-5: a 304 never reads its body", async () => {
  let closes = 0;
  const body = { getline: assert.fail, close: () => closes++ };
  const driven = await exchange(fromPsgi(() => [304, [], body]));
  assert.deepEqual([driven.text, closes], ["", 1]);
});
