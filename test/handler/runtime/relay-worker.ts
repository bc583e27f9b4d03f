/**
 * The worker of the conformance suite, as text: `workers` around an app that tells the test of each of its calls over a
 * connection, and does what the test answers. The apps of the cases run there.
 */
export const relayWorker = `
import { connect } from "cloudflare:sockets";
import { workers } from "./dist/handler/workers.js";
import { decodeLine, encodeLine } from "./relay-codec.js";

let address;
/** The calls whose connection to the test is open; a platform that gives up on them would end those. */
const open = new Set();
const BRAND = Symbol.for("tack.error");

/** Calls \`take\` with each message of the other side; resolves when that has ended. */
async function readLines(readable, take) {
  const text = readable.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await text.read();
    if (done) return;
    const lines = (rest + value).split("\\n");
    rest = lines.pop();
    for (const line of lines) take(decodeLine(line));
  }
}

function describe(error) {
  const { message, code, rule, status } = error;
  return { message: String(message ?? error), code, rule, status, isOurs: BRAND in Object(error) };
}

function revive({ message, isOurs, ...members }) {
  const error = Object.assign(new Error(message), members);
  return isOurs ? Object.defineProperty(error, BRAND, { value: true }) : error;
}

const MEMBERS =
  "type pagi httpVersion method scheme path rawPath queryString rootPath headers client server state extensions " +
  "subprotocols maxFrameSize maxReceiveQueue isWorker workerNum";

function describeScope(scope) {
  const { transport } = scope;
  const marks = transport && [transport.highWaterMark, transport.lowWaterMark];
  return { ...Object.fromEntries(MEMBERS.split(" ").map((name) => [name, scope[name]])), marks };
}

/** One call of the app. */
async function app(scope, receive, send) {
  const socket = connect(address);
  const writer = socket.writable.getWriter();
  const { connection, transport } = scope;
  const facts = () => connection && {
    isOpen: connection.isConnected,
    disconnectReason: connection.disconnectReason,
    disconnectDetail: connection.disconnectDetail,
    responseStarted: connection.responseStarted,
    responseComplete: connection.responseComplete,
    bufferedAmount: transport?.bufferedAmount,
  };
  let batch = "";
  // When a client leaves the platform takes all connections of its request away: what is to be told goes in one write.
  const flush = async () => {
    for (let turn = 0; turn < 30; turn++) await null;
    const bytes = new TextEncoder().encode(batch);
    batch = "";
    writer.write(bytes).catch(() => {});
  };
  const tell = (message) => {
    if (batch === "") flush();
    batch += encodeLine({ facts: facts(), ...message });
  };
  const receives = new Map();
  const large = [];
  let settle;
  const settled = new Promise((resolve, reject) => (settle = { resolve, reject }));
  const answers = {
    receive({ id, isGivenUp }) {
      const controller = new AbortController();
      if (isGivenUp) controller.abort();
      receives.set(id, controller);
      const isReason = (error) => error === controller.signal.reason;
      receive({ signal: controller.signal }).then(
        (event) => tell({ type: "done", id, value: event }),
        (error) => tell({ type: "failed", id, isReason: isReason(error), error: describe(error) }),
      );
    },
    cancel: ({ id }) => receives.get(id)?.abort(),
    send({ id, event, isLarge, again }) {
      if (isLarge) large.push(event.body);
      if (again !== undefined) event.body = large[again];
      // A send that throws at once would be a fault of its own.
      send(event).then(
        () => tell({ type: "done", id }),
        (error) => tell({ type: "failed", id, error: describe(error) }),
      );
    },
    abort: ({ detail }) => connection.abort(detail),
    log: ({ entry }) => scope.extensions.logger(entry),
    state: ({ state }) => Object.assign(scope.state, state),
    settled: ({ error }) => (error === undefined ? settle.resolve() : settle.reject(revive(error))),
  };
  connection?.onDisconnect(() => tell({ type: "ended" }));
  connection?.onComplete(() => tell({ type: "ended" }));
  transport?.onHighWater(() => tell({ type: "highWater" }));
  transport?.onDrain(() => tell({ type: "drain" }));
  tell({ type: "call", scope: describeScope(scope) });
  const reading = readLines(socket.readable, (message) => answers[message.type](message));
  const ended = reading.catch((error) => settle.reject(error)).finally(() => open.delete(ended));
  open.add(ended);
  return settled;
}

const { fetch } = workers(app);
export default {
  fetch(request, bindings, execution) {
    address = bindings.RELAY;
    const response = fetch(request, bindings, execution);
    execution.waitUntil(response.then(() => Promise.all(open), () => {}));
    return response;
  },
};
`;
