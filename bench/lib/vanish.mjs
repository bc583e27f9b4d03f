/** Clients that leave in the middle, each in one of several ways. */
import { connect } from "node:net";

const atOnce = 64;
const head = "Host: bench\r\n";
const halfHead = `GET /json HTTP/1.1\r\n${head}X-Half`;
const halfBody = `POST /echo HTTP/1.1\r\n${head}Content-Length: 20000\r\n\r\n${"b".repeat(10_000)}`;
const wholeRequest = `GET /json HTTP/1.1\r\n${head}\r\n`;
const streamRequest = `GET /stream HTTP/1.1\r\n${head}\r\n`;

const leave = (socket) => socket.destroy();
const reset = (socket) => socket.resetAndDestroy();

/** What is written, what is waited for, and how the connection is ended. */
export const allWays = [
  { name: "half a head, then closes", bytes: halfHead, after: "write", end: leave },
  { name: "half a head, then resets", bytes: halfHead, after: "write", end: reset },
  { name: "half a body, then closes", bytes: halfBody, after: "write", end: leave },
  { name: "half a body, then resets", bytes: halfBody, after: "write", end: reset },
  { name: "a request, then resets unanswered", bytes: wholeRequest, after: "write", end: reset },
  { name: "16 requests, then resets", bytes: wholeRequest.repeat(16), after: "write", end: reset },
  { name: "reads the start of 1 MB, then closes", bytes: streamRequest, after: "data", end: leave },
  { name: "reads the start of 1 MB, then resets", bytes: streamRequest, after: "data", end: reset },
];

/** Those that leave while a body streams, the one way or the other. */
export const streamWays = allWays.filter(({ bytes }) => bytes === halfBody || bytes === streamRequest);

/**
 * Lets many clients vanish, in all of `ways` by turns; resolves when all have.
 * @returns {Promise<number>} How many could not even connect.
 */
export async function vanish(port, clients, ways) {
  let started = 0;
  let failed = 0;
  const worker = async () => {
    while (started < clients) {
      const way = ways[started++ % ways.length];
      if (!(await vanishOne(port, way))) failed++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return failed;
}

/** True unless the connection failed before the client could leave by itself. */
function vanishOne(port, { bytes, after, end }) {
  return new Promise((resolve) => {
    let left = false;
    const socket = connect(port, "127.0.0.1");
    const go = () => {
      if (left) return;
      left = true;
      end(socket);
    };
    socket.on("connect", () => socket.write(bytes, after === "write" ? go : undefined));
    if (after === "data") socket.on("data", go);
    socket.on("error", () => {});
    socket.on("close", () => resolve(left));
  });
}
