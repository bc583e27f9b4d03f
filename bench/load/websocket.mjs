/**
 * The client of the WebSocket bench: it knows no more of the protocol than it has to, so that the server is what is
 * measured. Bytes are counted, not read; `verify` looks at one answer.
 * Told by its parent what to do: `{ connect }`, `{ echo }`, `{ tell }`.
 */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";

const port = Number(process.argv[2]);
const HANDSHAKE = [
  "GET / HTTP/1.1",
  "host: bench",
  "connection: upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  `sec-websocket-key: ${randomBytes(16).toString("base64")}`,
  "\r\n",
].join("\r\n");
const NEWS_FRAME = 66;
const AT_ONCE = 100;
const sockets = [];
let onBytes = () => {};

/** A frame of a client: its mask is not all zeros, or the server would skip a step. */
function frame(opcode, payload) {
  const size = payload.length;
  const length = size < 126 ? [0x80 | size] : [0x80 | 126, size >> 8, size & 255];
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ mask[index & 3]));
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length]), mask, masked]);
}

function open() {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1").setNoDelay();
    socket.once("error", reject);
    socket.once("data", (bytes) => {
      if (!bytes.latin1Slice(0, 12).startsWith("HTTP/1.1 101"))
        return reject(new Error(bytes.latin1Slice(0, 40)));
      const index = sockets.push(socket) - 1;
      socket.on("data", (piece) => onBytes(index, piece));
      return resolve();
    });
    socket.write(HANDSHAKE);
  });
}

async function connectAll(count) {
  while (sockets.length < count) {
    const now = Math.min(AT_ONCE, count - sockets.length);
    await Promise.all(Array.from({ length: now }, open));
  }
  return {};
}

/** Each connection sends its next message when it has the last one back. */
function echo({ size, seconds }) {
  const payload = randomBytes(size);
  const message = frame(2, payload);
  const answer = size + (size < 126 ? 2 : 4);
  const left = new Int32Array(sockets.length).fill(answer);
  let messages = 0;
  return new Promise((resolve) => {
    const began = performance.now();
    let isOver = false;
    onBytes = (index, piece) => {
      left[index] -= piece.length;
      if (left[index] > 0) return;
      messages++;
      left[index] += answer;
      if (!isOver) sockets[index].write(message);
    };
    for (const socket of sockets) socket.write(message);
    setTimeout(() => {
      isOver = true;
      const result = { messages, seconds: (performance.now() - began) / 1000 };
      // What is under way comes home, so that the next round begins with nothing.
      setTimeout(() => resolve(result), 200);
    }, seconds * 1000);
  });
}

/** One says "tell"; over when everybody has heard. */
function tell() {
  let missing = sockets.length * NEWS_FRAME;
  return new Promise((resolve) => {
    const began = performance.now();
    onBytes = (_index, piece) => {
      missing -= piece.length;
      if (missing <= 0) resolve({ milliseconds: performance.now() - began });
    };
    sockets[0].write(frame(1, Buffer.from("tell")));
  });
}

process.on("message", async ({ what, ...setting }) => {
  const work = { connect: () => connectAll(setting.count), echo: () => echo(setting), tell };
  process.send(await work[what]());
});
process.send("ready");
