/** What every JavaScript server of the bench answers, so that all of them answer the same bytes. */

/** The port to listen on, on 127.0.0.1. */
export const port = Number(process.env.BENCH_PORT);

/** Every server keeps an idle connection this long: longer than any step of the bench. */
export const keepAliveSeconds = 120;

/** Answer of `GET /`: 13 bytes. */
export const hello = "Hello, World!";

export const textType = "text/plain";
export const jsonType = "application/json";
export const bytesType = "application/octet-stream";

/** Largest body that `POST /echo` has to take. */
export const bodyLimit = 4 * 1024 * 1024;

/** `GET /stream` sends `chunkCount` times `chunk`: 1 MiB in pieces of 64 KiB. */
export const chunk = new Uint8Array(64 * 1024).fill(0x78);
export const chunkCount = 16;

const folder = process.env.BENCH_FILES;

/** Absolute path of the file behind each `/file/...` path. */
export const files = new Map([
  ["/file/10k", `${folder}/10k.bin`],
  ["/file/1m", `${folder}/1m.bin`],
]);

const words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"];

/** Builds the object of `GET /json`; it is 1024 bytes long as JSON. */
export function record() {
  const items = [];
  for (let index = 0; index < words.length; index++) {
    const name = words[index];
    items.push({
      id: index,
      name,
      price: 9.5 + index,
      stock: index * 7,
      tags: [name, "new"],
      sold: index % 2 > 0,
    });
  }
  return { id: 4711, title: "A list of goods", total: items.length, items, note: "x".repeat(288) };
}

/** Yields the pieces of `GET /stream`. */
export function* pieces() {
  for (let count = 0; count < chunkCount; count++) yield chunk;
}
