/** Clients that post on kept connections and never try anything twice: whatever the server loses, they miss. */
import { connect } from "node:net";

const body = "y".repeat(1000);
const head = `POST /count HTTP/1.1\r\nHost: soak\r\nContent-Length: ${body.length}\r\n`;

/** How clients differ: pauses between requests and inside of them, and whether a connection is kept. */
const manners = [
  { name: "back to back" },
  { name: "with a pause", pauseMs: 20 },
  { name: "body in two pieces", gapMs: 20 },
  { name: "a connection each", close: true },
];

/** One client; counts what it sent, what was answered, and how often a connection failed it. */
export class SoakClient {
  #manner;
  #port;
  #socket;
  #text = "";
  #settle = () => {};
  #isStopped = false;
  sent = 0;
  answered = 0;
  connections = 0;
  errors = [];

  constructor(port, number) {
    this.#port = port;
    this.#manner = manners[number % manners.length];
  }

  /** Posts until `stop` is called; resolves after the last answer. */
  async run() {
    const { pauseMs, close } = this.#manner;
    while (!this.#isStopped) {
      try {
        await this.#post(close);
      } catch (error) {
        this.errors.push(`${this.#manner.name}: ${error.message}`);
        this.#leave();
        await delay(100);
      }
      if (pauseMs !== undefined) await delay(Math.random() * pauseMs);
    }
    this.#leave();
  }

  stop() {
    this.#isStopped = true;
  }

  async #post(close) {
    if (this.#socket === undefined) await this.#connect();
    const socket = this.#socket;
    // A server that has said goodbye while this client paused has lost nothing.
    if (socket.readableEnded || socket.destroyed) return this.#leave();
    this.sent++;
    const answer = this.#answer();
    // It may fail while the body is still being sent.
    answer.catch(() => {});
    await this.#send(socket, close ? `${head}Connection: close\r\n\r\n` : `${head}\r\n`);
    const fields = await answer;
    this.answered++;
    if (close || /^connection: close\r$/im.test(fields)) this.#leave();
  }

  async #send(socket, fields) {
    if (this.#manner.gapMs === undefined) return socket.write(fields + body);
    socket.write(fields + body.slice(0, 300));
    await delay(this.#manner.gapMs);
    return socket.write(body.slice(300));
  }

  #connect() {
    this.connections++;
    this.#text = "";
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
      this.#socket = socket;
      socket.once("connect", resolve);
      socket.on("error", (error) => {
        reject(error);
        this.#settle(error);
      });
      socket.on("end", () => this.#settle(new Error("the connection ended before the answer")));
      socket.on("close", () => this.#settle(new Error("the connection closed before the answer")));
      socket.setEncoding("latin1").on("data", (text) => {
        this.#text += text;
        this.#settle();
      });
    });
  }

  /** The head of the answer, once all of it and its body are here. */
  async #answer() {
    for (;;) {
      const end = this.#text.indexOf("\r\n\r\n");
      const fields = this.#text.slice(0, end + 2);
      const length = Number(/^content-length: ([0-9]+)\r$/im.exec(fields)?.[1] ?? Number.NaN);
      if (end !== -1 && this.#text.length >= end + 4 + length) {
        if (!fields.startsWith("HTTP/1.1 200 ")) throw new Error(`answered ${fields.split("\r\n")[0]}`);
        if (this.#text.length > end + 4 + length) throw new Error("more bytes than the answer has");
        this.#text = "";
        return fields;
      }
      await new Promise((resolve, reject) => {
        this.#settle = (error) => (error === undefined ? resolve() : reject(error));
      });
    }
  }

  #leave() {
    this.#settle = () => {};
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
