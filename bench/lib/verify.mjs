/** Checks that a server answers every workload with the right bytes before anything is measured. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { join } from "node:path";
import { supports } from "./workloads.mjs";
import * as work from "../servers/lib/work.mjs";

/** What each answer must be; `length` when Content-Length has to be there. */
function expectations(files) {
  const large = Buffer.alloc(1024 * 1024, "b");
  const octets = { type: work.bytesType, length: true };
  return [
    { answer: "hello", path: "/", type: work.textType, length: true, body: Buffer.from(work.hello) },
    {
      answer: "json",
      path: "/json",
      type: work.jsonType,
      length: true,
      body: Buffer.from(JSON.stringify(work.record())),
    },
    {
      answer: "echo",
      path: "/echo",
      post: Buffer.alloc(1024, "b"),
      body: Buffer.alloc(1024, "b"),
      ...octets,
    },
    { answer: "echo-large", path: "/echo", post: large, body: large, ...octets },
    { answer: "stream", path: "/stream", type: work.bytesType, body: Buffer.concat([...work.pieces()]) },
    { answer: "file", path: "/file/10k", body: readFileSync(join(files, "10k.bin")), ...octets },
    { answer: "file", path: "/file/1m", body: readFileSync(join(files, "1m.bin")), ...octets },
  ];
}

/**
 * @param {import("./servers.mjs").ServerEntry} server
 * @param {number} port
 * @param {string} files
 * @returns {Promise<string[]>} What is wrong, one line each; empty when all is right.
 */
export async function verify(server, port, files) {
  const wanted = expectations(files).filter((expected) => supports(server, expected));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const wrong = [];
  for (const expected of wanted) {
    const label = `${expected.post === undefined ? "GET" : "POST"} ${expected.path}`;
    const response = await ask(agent, port, expected);
    const demand = { ...expected, length: expected.length && !(server.chunked ?? false) };
    for (const fault of faults(response, demand)) wrong.push(`${label}: ${fault}`);
  }
  agent.destroy();
  wrong.push(...(await verifyPipelining(port)));
  if (supports(server, { answer: "close" })) wrong.push(...(await verifyClose(port)));
  return wrong;
}

async function ask(agent, port, { path, post }) {
  const headers = post === undefined ? {} : { "Content-Type": work.bytesType, "Content-Length": post.length };
  const method = post === undefined ? "GET" : "POST";
  const outgoing = request({ agent, host: "127.0.0.1", port, path, method, headers });
  outgoing.end(post);
  const [response] = await once(outgoing, "response");
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

function* faults({ status, headers, body }, expected) {
  if (status !== 200) yield `status ${status} instead of 200`;
  const type = headers["content-type"]?.split(";")[0];
  if (type !== expected.type) yield `content-type ${type} instead of ${expected.type}`;
  if (!body.equals(expected.body))
    yield `the ${body.length} bytes of the body are not the expected ${expected.body.length}`;
  if (headers["content-encoding"] !== undefined) yield `content-encoding ${headers["content-encoding"]}`;
  const length = headers["content-length"];
  if (expected.length && length !== String(expected.body.length)) yield `content-length ${length}`;
  if (headers.date === undefined) yield "no date";
  if (headers.connection === "close") yield "closes the connection";
}

/** 16 requests in one write: 16 answers, in time. */
async function verifyPipelining(port) {
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: bench\r\n\r\n".repeat(16));
  const answers = await countAnswers(socket, 16);
  return answers === 16 ? [] : [`16 pipelined requests got ${answers} answers`];
}

/** `Connection: close` is obeyed: one answer, then the end of the connection. */
async function verifyClose(port) {
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n");
  const ended = once(socket, "end").then(() => true);
  await countAnswers(socket, 2);
  return (await Promise.race([ended, false])) ? [] : ["Connection: close leaves the connection open"];
}

/** Reads until `count` answers of `GET /`, the end, or two seconds. */
function countAnswers(socket, count) {
  return new Promise((resolve) => {
    let received = "";
    const answers = () => received.split(work.hello).length - 1;
    const finish = () => {
      clearTimeout(deadline);
      resolve(answers());
      socket.destroy();
    };
    const deadline = setTimeout(finish, 2000);
    socket.setEncoding("latin1").on("data", (piece) => {
      received += piece;
      if (answers() >= count) finish();
    });
    socket.on("end", () => setImmediate(finish)).on("error", finish);
  });
}
