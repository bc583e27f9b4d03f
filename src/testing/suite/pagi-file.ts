/** PAGI cases: bodies that the server takes from a file. */
import assert from "node:assert/strict";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HttpFileBody } from "../../pagi/event.ts";
import type { CaseDefinition, CaseKit } from "../suite-case.ts";
import { fixture, httpApp, piece, refused, start, watched } from "./suite-tools.ts";

const SIZE = 300_000;

/** Runs `work` with the path of a file of {@link SIZE} fixed bytes. */
async function withFile(
  work: (file: string) => Promise<void>,
  bytes: Uint8Array = fixture(SIZE),
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tack-suite-"));
  try {
    const file = join(folder, "body.bin");
    await writeFile(file, bytes);
    await work(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The bytes a client gets for one file event. */
async function sent(kit: CaseKit, event: Omit<HttpFileBody, "type">): Promise<Buffer> {
  const client = await kit.serve(
    httpApp(async ({ send }) => {
      await start(send);
      await send({ type: "http.response.body", ...event });
    }),
  );
  const response = await client.request();
  assert.equal(response.status, 200);
  assert.ok(response.complete);
  return Buffer.from(response.body);
}

/** Cases on `file` and `handle`. */
export const fileCases: readonly CaseDefinition[] = [
  {
    id: "pagi-52",
    rule: "HTTP-12",
    title: "a file is sent whole",
    needs: ["files"],
    run: (kit) => withFile(async (file) => assert.ok((await sent(kit, { file })).equals(fixture(SIZE)))),
  },
  {
    id: "pagi-53",
    rule: "HTTP-12, HTTP-15",
    title: "offset and length select a part, and stop at the end of the file",
    needs: ["files"],
    run: (kit) =>
      withFile(async (file) => {
        const all = fixture(SIZE);
        const parts = [
          [10, 5],
          [0, 0],
          [SIZE - 7, undefined],
          [SIZE - 7, 100],
          [SIZE, undefined],
          [SIZE + 1000, 10],
          [1, 200_000],
        ] as const;
        for (const [offset, length] of parts) {
          const wanted = all.subarray(offset, length === undefined ? undefined : offset + length);
          const got = await sent(kit, length === undefined ? { file, offset } : { file, offset, length });
          assert.ok(got.equals(wanted), `offset ${offset}, length ${length ?? "none"}: ${got.length} bytes`);
        }
      }),
  },
  {
    id: "pagi-54",
    rule: "HTTP-15",
    title: "an empty file is an empty body",
    needs: ["files"],
    run: (kit) =>
      withFile(async (file) => assert.equal((await sent(kit, { file })).length, 0), new Uint8Array(0)),
  },
  {
    id: "pagi-55",
    rule: "HTTP-14, APP-11",
    title: "a file that cannot be opened fails the send, and the app can still answer",
    needs: ["files"],
    async run(kit) {
      const { app, result } = watched(async ({ send }) => {
        await start(send, [["x-kept", "1"]]);
        const missing = { type: "http.response.body", file: "/no/such/file/anywhere" } as const;
        await assert.rejects(send(missing), "a missing file is refused");
        await piece(send, "recovered", false);
      });
      const client = await kit.serve(app);
      const response = await client.request();
      await result;
      assert.deepEqual([response.status, response.text()], [200, "recovered"]);
      assert.equal(response.header("x-kept"), "1");
    },
  },
  {
    id: "pagi-56",
    rule: "HTTP-16",
    title: "an open handle is sent and stays the app's to close",
    needs: ["files"],
    run: (kit) =>
      withFile(async (file) => {
        const { app, result } = watched(async ({ send }) => {
          const handle = await open(file);
          try {
            await start(send);
            await send({ type: "http.response.body", handle, offset: 100, length: 250_000 });
            return (await handle.stat()).size;
          } finally {
            await handle.close();
          }
        });
        const client = await kit.serve(app);
        const response = await client.request();
        assert.equal(await result, SIZE);
        assert.ok(fixture(SIZE).subarray(100, 250_100).equals(response.body));
      }),
  },
  {
    id: "pagi-57",
    rule: "HTTP-13",
    title: "a file never follows an inline piece and has no more: true",
    needs: ["files"],
    run: (kit) =>
      withFile(async (file) => {
        const { app, result } = watched(async ({ send }) => {
          await start(send);
          await refused(send, { type: "http.response.body", file, more: true });
          await piece(send, "inline ");
          await refused(send, { type: "http.response.body", file });
          await piece(send, "only", false);
        });
        const client = await kit.serve(app);
        assert.equal((await client.request()).text(), "inline only");
        await result;
      }),
  },
  {
    id: "pagi-58",
    rule: "HTTP-12",
    title: "a relative path, a bad offset or a bad length is refused",
    needs: ["files"],
    run: (kit) =>
      withFile(async (file) => {
        const { app, result } = watched(async ({ send }) => {
          await start(send);
          await refused(send, { type: "http.response.body", file: "relative.txt" });
          for (const bad of [-1, 1.5, "1", Number.NaN]) {
            await refused(send, { type: "http.response.body", file, offset: bad });
            await refused(send, { type: "http.response.body", file, length: bad });
          }
          await refused(send, { type: "http.response.body", handle: {} });
          await refused(send, { type: "http.response.body", body: "a", offset: 1 });
          await piece(send, "ok", false);
        });
        const client = await kit.serve(app);
        assert.equal((await client.request()).text(), "ok");
        await result;
      }),
  },
  {
    id: "pagi-59",
    rule: "HTTP-22",
    title: "a file is held to content-length",
    needs: ["files"],
    run: (kit) =>
      withFile(async (file) => {
        const client = await kit.serve(
          httpApp(async ({ send }) => {
            await start(send, [["content-length", String(SIZE)]]);
            await send({ type: "http.response.body", file });
          }),
        );
        const response = await client.request();
        assert.equal(response.header("content-length"), String(SIZE));
        assert.ok(fixture(SIZE).equals(response.body));
      }),
  },
];
