import { chmod, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { watchFiles } from "#src/server/tls/watch-files.js";

const folder = await mkdtemp(join(tmpdir(), "tack-watch-"));
after(() => rm(folder, { recursive: true }));
// What is watched keeps no process alive.
const alive = setInterval(() => undefined, 1000);
after(() => clearInterval(alive));

const path = join(folder, "key.pem");
const past = new Date(Date.now() - 3_600_000);

const changes: readonly (readonly [what: string, change: () => Promise<void>])[] = [
  ["other bytes with the old time, as a copy keeps it", () => rewritten("new")],
  ["a mode that lets it be read at last", () => chmod(path, 0o640)],
];

async function rewritten(text: string): Promise<void> {
  await writeFile(path, text);
  await utimes(path, past, past);
}

for (const [what, change] of changes) {
  test(`a watched file has changed: ${what}`, async () => {
    await rewritten("old");
    await chmod(path, 0o600);
    let told = (): void => undefined;
    const isTold = new Promise<void>((resolve) => (told = resolve));
    const unwatch = watchFiles([path], () => told(), 20);
    const { ctimeMs } = await stat(path);
    // The clock of a file system may stand still for a few milliseconds.
    while ((await stat(path)).ctimeMs === ctimeMs) await change();
    await isTold;
    unwatch();
  });
}
