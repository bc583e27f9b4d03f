/** The files that the servers answer with. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes `10k.bin` and `1m.bin` into a folder; no two blocks of them are equal. */
export function makeFiles(folder) {
  for (const [name, size] of [
    ["10k.bin", 10 * 1024],
    ["1m.bin", 1024 * 1024],
  ]) {
    const bytes = Buffer.alloc(size);
    for (let offset = 0; offset < size; offset += 4)
      bytes.writeUInt32LE((offset * 2654435761) % 2 ** 32, offset);
    writeFileSync(join(folder, name), bytes);
  }
}
