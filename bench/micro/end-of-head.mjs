/** How is the end of a request head found fastest: by the runtime's search, or by a loop over the bytes? */
import { compare } from "./measure.mjs";

const fields = Array.from({ length: 14 }, (_, index) => `X-Field-${index}: ${"value ".repeat(6)}`).join(
  "\r\n",
);
const head = Buffer.from(`GET / HTTP/1.1\r\nHost: bench\r\n${fields}\r\n\r\n`);
const shortHead = Buffer.from("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");
const blankLine = Buffer.from("\r\n\r\n");

function endOfHead(bytes) {
  for (let at = 3; at < bytes.length; at++) {
    if (bytes[at] === 10 && bytes[at - 1] === 13 && bytes[at - 2] === 10) return at + 1;
  }
  return -1;
}

const candidates = (bytes) => ({
  "own loop": () => endOfHead(bytes),
  "indexOf(Buffer)": () => bytes.indexOf(blankLine),
  "indexOf(string, latin1)": () => bytes.indexOf("\r\n\r\n", 0, "latin1"),
});

await compare(`end of a head of ${shortHead.length} bytes`, candidates(shortHead));
await compare(`end of a head of ${head.length} bytes`, candidates(head));
