import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPsgi } from "#src/adapter/psgi.js";
import { lint, lintPsgi } from "#src/middleware/lint.js";
import type { App } from "#src/pagi/app.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiDelayed, PsgiResponder, PsgiWriter } from "#src/psgi/response.js";
import { type Driven, drive, exchange } from "../support/driven-exchange.js";

const TEXT = ["Content-Type", "text/plain"];

function linted(app: PsgiApp): App {
  return lint()(fromPsgi(lintPsgi()(app)));
}

function delayed(callback: PsgiDelayed): App {
  return fromPsgi(() => callback);
}

/** An exchange whose app has handed its responder out. */
async function waiting(): Promise<{ driven: Driven; respond: PsgiResponder }> {
  let respond: PsgiResponder | undefined;
  const driven = drive(linted(() => (given) => void (respond = given)));
  await driven.until(() => respond !== undefined);
  return { driven, respond: respond! };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("DELAY-1, DELAY-6: a whole response may come long after the function returned", async () => {
  const { driven, respond } = await waiting();
  for (let count = 0; count < 5; count++) await turn();
  assert.deepEqual(driven.events, []);
  await respond([200, TEXT, ["late"]]);
  assert.equal(await driven.done, undefined);
  assert.equal(driven.text, "late");
});

test("DELAY-4, DELAY-6, DELAY-12: the writer works at any later time, and its head leaves at once", async () => {
  const { driven, respond } = await waiting();
  const writer = respond([200, TEXT]);
  await driven.until(() => driven.pieces.length === 1);
  for (let count = 0; count < 5; count++) await turn();
  assert.equal(await writer.write("a"), true);
  await turn();
  assert.equal(await writer.write(new Uint8Array([98])), true);
  assert.equal(driven.connection.responseComplete, false);
  await writer.close();
  await writer.close();
  assert.equal(await driven.done, undefined);
  assert.deepEqual([driven.text, driven.connection.responseComplete], ["ab", true]);
});

test("DELAY-13: writes that nobody awaits keep their order, one send at a time", async () => {
  const app = linted(() => (respond) => {
    const writer = respond([200, TEXT]);
    for (let count = 0; count < 10; count++) void writer.write(String(count));
    void writer.close();
  });
  assert.equal((await exchange(app)).text, "0123456789");
});

test("DELAY-10: write waits for a slow client, and says false when the client has gone", async () => {
  let writer: PsgiWriter | undefined;
  const driven = drive(
    delayed((respond) => void (writer = respond([200, TEXT]))),
    { stallAfter: 1 },
  );
  await driven.until(() => driven.pieces.length === 1);
  let settled: boolean | undefined;
  const first = writer!.write("a").then((value) => (settled = value));
  for (let count = 0; count < 5; count++) await turn();
  assert.equal(settled, undefined);
  driven.leave();
  assert.equal(await first, false);
  assert.equal(await writer!.write("b"), false);
  await writer!.close();
  assert.equal(await driven.done, undefined);
});

test("DELAY-14: signal aborts when the client is lost, and stays silent after a whole response", async () => {
  const lost = await waiting();
  const writer = lost.respond([200, TEXT]);
  assert.equal(writer.signal.aborted, false);
  lost.driven.leave();
  await lost.driven.done;
  assert.equal(writer.signal.aborted, true);
  const whole = await waiting();
  const other = whole.respond([200, TEXT]);
  await other.close();
  await whole.driven.done;
  assert.equal(other.signal.aborted, false);
});

test("DELAY-5: a second call of the responder throws and leaves the first response as it is", async () => {
  const driven = await exchange(
    delayed(async (respond) => {
      const done = respond([200, TEXT, ["first"]]);
      assert.throws(() => respond([200, TEXT]), /DELAY-5/);
      await done;
    }),
  );
  assert.equal(driven.text, "first");
});

test("DELAY-9: a wrong argument throws, nothing has started, and a right one may follow", async () => {
  let closes = 0;
  const driven = await exchange(
    delayed((respond) => {
      assert.throws(() => respond([99, TEXT]), /RES-1/);
      assert.throws(() => respond([200, ["odd"], { getline: () => "", close: () => closes++ }]), /RES-2/);
      assert.throws(() => respond([200] as never), /APP-2/);
      void respond([200, TEXT, ["right"]]);
    }),
  );
  assert.deepEqual([driven.text, closes], ["right", 1]);
});

test("DELAY-7: a function that throws or rejects before it responded is the server's error", async () => {
  let late: PsgiResponder | undefined;
  const failing: PsgiDelayed[] = [
    (respond) => ((late = respond), assert.fail("boom")),
    async (respond) => ((late = respond), Promise.reject(new Error("boom"))),
  ];
  for (const callback of failing) {
    const driven = drive(delayed(callback));
    assert.match(String(await driven.done), /boom/);
    assert.deepEqual(driven.events, []);
    assert.throws(() => late!([200, TEXT]), /DELAY-7/);
  }
});

test("DELAY-8: a function that fails while its writer is open makes the response incomplete", async () => {
  const driven = drive(
    delayed(async (respond) => {
      await respond([200, TEXT]).write("half");
      throw new Error("boom");
    }),
  );
  assert.match(String(await driven.done), /boom/);
  assert.deepEqual([driven.text, driven.connection.responseComplete], ["half", false]);
});

test("DELAY-8: a function that fails after a whole response is only reported", async () => {
  const driven = await exchange(
    delayed(async (respond) => {
      void respond([200, TEXT, ["whole"]]);
      throw new Error("boom");
    }),
  );
  await driven.until(() => driven.log.length === 1);
  assert.deepEqual([driven.text, driven.connection.responseComplete], ["whole", true]);
});

test("DELAY-11: a write after close rejects, and ending the process with it is not needed to see it", async () => {
  const { driven, respond } = await waiting();
  const writer = respond([200, TEXT]);
  await writer.close();
  await assert.rejects(async () => writer.write("more"), /DELAY-11/);
  await driven.done;
  assert.equal(driven.text, "");
});

test("DELAY-11: a rejected write that nobody looks at harms nobody", async () => {
  const driven = await exchange(
    delayed((respond) => {
      const writer = respond([200, TEXT]);
      void writer.close();
      void writer.write("more");
    }),
  );
  assert.equal(driven.connection.responseComplete, true);
});

test("BODY-2: a wrong piece rejects the write and leaves the response incomplete", async () => {
  const driven = drive(
    delayed((respond) => {
      const writer = respond([200, TEXT]);
      void writer.write(7 as never);
      void writer.close();
    }),
  );
  assert.match(String(await driven.done), /BODY-2/);
  assert.equal(driven.connection.responseComplete, false);
});

test("DELAY-15: the app is let go when the client leaves before any response", async () => {
  const { driven, respond } = await waiting();
  driven.leave();
  assert.equal(await driven.done, undefined);
  let closes = 0;
  await respond([200, TEXT, { getline: () => undefined, close: () => closes++ }]);
  assert.equal(closes, 1);
});

test("EXT-10: cleanup handlers run after the end, in order, and an error stops no other", async () => {
  const order: string[] = [];
  let driven: Driven | undefined;
  const note = (name: string) => (): void => void order.push(`${name} ${driven?.connection.isConnected}`);
  const app = fromPsgi((env) => {
    const handlers = env["psgix.cleanup.handlers"]!;
    handlers.push(async (given) => (await turn(), assert.equal(given, env), note("first")()));
    handlers.push(() => assert.fail("second fails"));
    handlers.push(note("third"));
    return [200, TEXT, ["x"]];
  });
  driven = drive(app);
  assert.equal(await driven.done, undefined);
  assert.deepEqual(order, ["first false", "third false"]);
  assert.match(driven.log.join(), /a cleanup handler failed.*second fails/s);
});

test("EXT-10: cleanup handlers run also when the app failed, once the server has answered", async () => {
  let ran = 0;
  const driven = drive(
    fromPsgi((env) => {
      env["psgix.cleanup.handlers"]!.push(() => ran++);
      throw new Error("boom");
    }),
  );
  assert.match(String(await driven.done), /boom/);
  assert.equal(ran, 0);
  driven.leave("server_error");
  await driven.until(() => ran === 1);
});
