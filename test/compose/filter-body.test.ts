/** The filters of `filterResponse` that take a body whole, read files, or fail. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WholeFilter } from "#src/compose/body-filter.js";
import { type EditResponse, filterResponse } from "#src/compose/filter-response.js";
import { reply } from "#src/compose/reply.js";
import type { App } from "#src/pagi/app.js";
import type { FileHandleLike, SendEvent } from "#src/pagi/event.js";
import { drive, FakeConnection, httpScope, sending, text } from "../support/drive.js";

const start = { type: "http.response.start", status: 200, headers: [["content-length", "4"]] } as const;
const body = (piece: string, more = false): SendEvent => ({ type: "http.response.body", body: piece, more });

/** Marks the head and turns the body into upper case, taken whole. */
const shout =
  (maxBytes = 100): EditResponse =>
  (head) => {
    head.set("x-edited", "yes");
    const filter: WholeFilter = {
      maxBytes,
      whole: (piece, late) => {
        late.set("x-size", String(piece.length));
        return `${text(piece).toUpperCase()}!`;
      },
    };
    return filter;
  };

/** A file in memory; counts how often it was closed, and may fail at a read. */
function memoryFile(content: string, failAt = Number.POSITIVE_INFINITY) {
  const bytes = new TextEncoder().encode(content);
  const seen = { reads: 0, closed: 0 };
  const handle: FileHandleLike & { close(): Promise<void> } = {
    async read(buffer, offset, length, position) {
      seen.reads += 1;
      if (seen.reads >= failAt) throw new Error("bad sector");
      const piece = bytes.subarray(position ?? 0, (position ?? 0) + length);
      buffer.set(piece, offset);
      return { bytesRead: piece.length };
    },
    async close() {
      seen.closed += 1;
    },
  };
  return { handle, seen };
}

const fileEvent = (event: object): SendEvent => ({ type: "http.response.body", ...event });

test("a body taken whole can edit the head late, and its content-length is made true", async () => {
  const driven = await drive(filterResponse(sending(start, body("ab", true), body("cd")), shout()));
  assert.deepEqual([driven.body, driven.events.length], ["ABCD!", 2]);
  assert.deepEqual(driven.headers, [
    ["content-length", "5"],
    ["x-edited", "yes"],
    ["x-size", "4"],
  ]);
});

test("a whole filter that gives nothing back leaves the body as it is", async () => {
  const look: EditResponse = () => ({ maxBytes: 10, whole: (_piece, head) => head.set("etag", '"1"') });
  const driven = await drive(filterResponse(sending(start, body("ab", true), body("cd")), look));
  assert.deepEqual([driven.body, driven.headers.length], ["abcd", 2]);
});

test("a body above the limit passes as the app sent it, head included", async () => {
  const app = sending(start, body("ab", true), body("c", true), body("d"));
  const driven = await drive(filterResponse(app, shout(2)));
  assert.deepEqual([driven.body, driven.isComplete, driven.events[0] === start], ["abcd", true, true]);
  const unlimited = { whole: () => assert.fail("kept without a limit") } as unknown as WholeFilter;
  assert.equal((await drive(filterResponse(app, () => unlimited))).body, "abcd");
});

test("MID-3, MID-4, MID-5: an unfinished body passes unfinished and unseen by a whole filter", async () => {
  const driven = await drive(filterResponse(sending(start, body("ab", true)), shout()));
  assert.deepEqual([driven.body, driven.isComplete, driven.events[0] === start], ["ab", false, true]);
  const throwing: App = async (_scope, _receive, send) => {
    await send(start);
    await send(body("ab", true));
    throw new Error("half way");
  };
  const thrown = await drive(filterResponse(throwing, shout()));
  assert.deepEqual([thrown.body, thrown.isComplete, String(thrown.error)], ["ab", false, "Error: half way"]);
});

test("HEAD: a whole filter is not run and the head passes as the app sent it", async () => {
  const app = filterResponse(sending(start, body("abcd")), shout());
  const driven = await drive(app, httpScope({ method: "HEAD" }));
  assert.deepEqual([driven.events[0] === start, driven.isComplete], [true, true]);
});

test("HTTP-16: the bytes of a handle can be filtered, and the handle stays open", async () => {
  const { handle, seen } = memoryFile("0123456789");
  const app = sending(start, fileEvent({ handle, offset: 2, length: 4 }));
  const mapped = await drive(filterResponse(app, () => (chunk) => `<${text(chunk)}>`));
  assert.deepEqual([mapped.body, mapped.isComplete, mapped.headers], ["<2345>", true, []]);
  const whole = await drive(filterResponse(app, shout()));
  assert.deepEqual([whole.body, seen.closed], ["2345!", 0]);
});

test("a file by its path is filtered with `openFile`, which is closed, and passes untouched without", async () => {
  const { handle, seen } = memoryFile("abcd");
  const file = fileEvent({ file: "/srv/a" });
  for (const edit of [shout(), (() => (chunk) => text(chunk).toUpperCase()) satisfies EditResponse]) {
    const opened = await drive(filterResponse(sending(start, file), edit, { openFile: async () => handle }));
    assert.ok(opened.body.startsWith("ABCD"));
    const closed = await drive(filterResponse(sending(start, file), edit));
    assert.deepEqual([closed.events[0] === start, closed.events[1] === file], [true, true]);
  }
  assert.equal(seen.closed, 2);
});

test("a file above the limit of a whole filter is left to the server", async () => {
  const { handle, seen } = memoryFile("abcd");
  const file = fileEvent({ file: "/srv/a" });
  const driven = await drive(
    filterResponse(sending(start, file), shout(3), { openFile: async () => handle }),
  );
  assert.deepEqual([driven.events[0] === start, driven.events[1] === file, seen.closed], [true, true, 1]);
});

test("HTTP-14: a file that fails at its start fails the send, and the app may send something else", async () => {
  for (const edit of [shout(), (() => (chunk) => text(chunk).toUpperCase()) satisfies EditResponse]) {
    const app: App = async (_scope, _receive, send) => {
      await send(start);
      await send(fileEvent({ handle: memoryFile("abcd", 1).handle })).catch(() => send(body("sorry")));
    };
    const driven = await drive(filterResponse(app, edit));
    assert.deepEqual([driven.body.startsWith("SORRY"), driven.isComplete], [true, true]);
  }
});

test("HTTP-28: a file that fails half way cannot be followed by anything", async () => {
  const app: App = async (_scope, _receive, send) => {
    await send(start);
    const { handle } = memoryFile("x".repeat(200_000), 2);
    await send(fileEvent({ handle })).catch(() => send(body("sorry")).catch(() => undefined));
  };
  const driven = await drive(filterResponse(app, () => (chunk) => chunk));
  assert.deepEqual([driven.body.length, driven.isComplete], [65536, false]);
  assert.equal(String(driven.error), "Error: bad sector");
});

test("a client that goes while a file is read stops the reading and cancels the filter", async () => {
  const connection = new FakeConnection();
  const { handle, seen } = memoryFile("x".repeat(1_000_000));
  let cancelled = 0;
  const edit: EditResponse = () => ({ transform: (chunk) => chunk, cancel: () => void (cancelled += 1) });
  const app = filterResponse(sending(start, fileEvent({ file: "/a" })), edit, {
    openFile: async () => handle,
  });
  const driven = await drive(app, httpScope({ connection }), { onSend: () => connection.cut() });
  assert.deepEqual([driven.isComplete, cancelled, seen.closed], [false, 1, 1]);
  assert.ok(seen.reads < 4);
});

test("an editor that throws fails the send with nothing sent, and every send after it", async () => {
  const errors: string[] = [];
  const app: App = async (_scope, _receive, send) => {
    await send(start);
    for (const piece of ["a", "b"])
      await send(body(piece, true)).catch((error: unknown) => errors.push(String(error)));
  };
  const failing: EditResponse = () => {
    throw new Error("no key");
  };
  const driven = await drive(filterResponse(app, failing));
  assert.deepEqual(errors, ["Error: no key", "Error: no key"]);
  assert.deepEqual([driven.events, String(driven.error)], [[], "Error: no key"]);
});

test("a filter that throws half way never lets the body look complete, even if the app does not care", async () => {
  const careless: App = async (_scope, _receive, send) => {
    await send(start);
    for (const piece of ["a", "b", "c"]) await send(body(piece, piece !== "c")).catch(() => undefined);
  };
  const failing: EditResponse = () => (chunk) => {
    if (text(chunk) === "b") throw new Error("bad piece");
    return chunk;
  };
  const driven = await drive(filterResponse(careless, failing));
  assert.deepEqual([driven.body, driven.isComplete, String(driven.error)], ["a", false, "Error: bad piece"]);
});

test("APP-11: a start the server refuses can be followed by a right one, which is edited again", async () => {
  const bad = { ...start, headers: [["Bad", "1"]] } as const;
  const app: App = async (_scope, _receive, send) => {
    await send(bad);
    await send(body("a")).catch(() => send(start).then(() => send(body("b"))));
  };
  const mark: EditResponse = (head) => head.set("x-seen", "yes");
  const driven = await drive(filterResponse(app, mark), httpScope(), {
    onSend: (event) => {
      if (event.type === "http.response.start" && event.headers?.[0]?.[0] === "Bad")
        throw new Error("refused");
    },
  });
  assert.deepEqual([driven.body, driven.headers.length, driven.error], ["b", 2, undefined]);
});

test("a new start takes the place of one that is withheld, so an error page inside can still be sent", async () => {
  const failing: App = async (_scope, _receive, send) => {
    await send(start);
    await send(body("half", true)).catch(() => undefined);
    throw new Error("inside");
  };
  const errorPage: App = (scope, receive, send) =>
    failing(scope, receive, send).catch(() =>
      reply(500, { "content-length": "4" }, "oops")(scope, receive, send),
    );
  const driven = await drive(filterResponse(errorPage, shout()));
  assert.deepEqual(
    [driven.status, driven.body, driven.isComplete, driven.error],
    [500, "OOPS!", true, undefined],
  );
});

test("HTTP-7: a second start after the first has left reaches the server, which judges it", async () => {
  const driven = await drive(
    filterResponse(sending(start, body("a", true), start, body("b")), () => undefined),
  );
  assert.deepEqual(
    driven.events.map((event) => event.type.slice("http.response.".length)),
    ["start", "body", "start", "body"],
  );
});

test("TRANS: every send is awaited before the next event of the app is taken", async () => {
  const log: string[] = [];
  const app: App = async (_scope, _receive, send) => {
    await send(start);
    for (const piece of ["a", "b"]) {
      await send(body(piece, piece === "a"));
      log.push(`app ${piece}`);
    }
  };
  await drive(
    filterResponse(app, () => (chunk) => chunk),
    httpScope(),
    {
      onSend: async (event) => {
        await new Promise((resolve) => setImmediate(resolve));
        log.push(event.type);
      },
    },
  );
  assert.deepEqual(log, [
    "http.response.start",
    "http.response.body",
    "app a",
    "http.response.body",
    "app b",
  ]);
});
