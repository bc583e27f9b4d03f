/**
 * The parts of the page that stay connected. An event stream comes back by itself, with the id of the last event it
 * has seen; a WebSocket has to be opened again.
 */

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const MOST_LINES = 500;

for (const form of document.querySelectorAll("form[data-live]")) {
  form.hidden = false;
  const [follow, leave] = form.querySelectorAll("button");
  const wire = form.closest("section").querySelector(".wire");
  let source;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    toggle(follow, leave, true);
    source = stream(wire, form.dataset.live);
  });
  leave.addEventListener("click", () => {
    source.close();
    toggle(follow, leave, false);
    line(wire, "time", `${form.dataset.live}: left`);
  });
}

/** Follows an event stream, and writes down when it is lost and found. */
function stream(wire, path) {
  const source = new EventSource(path);
  const show = ({ data, lastEventId }) => line(wire, "body", `${lastEventId.padStart(6)}  ${data}`);
  source.addEventListener("open", () => line(wire, "status", `${path}: open`));
  source.addEventListener("price", show);
  source.addEventListener("message", show);
  source.addEventListener("error", () => line(wire, "time", `${path}: lost, coming back`));
  return source;
}

const joinForm = document.querySelector("form[data-chat]");
const sayForm = document.querySelector("form[data-say]");
const chatWire = joinForm.closest("section").querySelector(".wire");
let chat;

joinForm.hidden = sayForm.hidden = false;
joinForm.addEventListener("submit", (event) => {
  event.preventDefault();
  chat = new Chat(`${joinForm.dataset.chat}?${new URLSearchParams(new FormData(joinForm))}`);
});
joinForm.querySelector("[data-leave]").addEventListener("click", () => chat.leave());
sayForm.addEventListener("submit", (event) => {
  event.preventDefault();
  chat.say(sayForm.elements.text.value);
  sayForm.reset();
});

/** One place in the chat, through as many connections as it takes. */
class Chat {
  #url;
  #socket;
  #waitMs = FIRST_WAIT_MS;
  #hasLeft = false;

  constructor(path) {
    this.#url = new URL(path, location.href);
    this.#url.protocol = location.protocol.replace("http", "ws");
    const [join, leave] = joinForm.querySelectorAll("button");
    toggle(join, leave, true);
    this.#open();
  }

  say(text) {
    if (text !== "") this.#socket.send(text);
  }

  leave() {
    this.#hasLeft = true;
    this.#socket.close(1000);
  }

  #open() {
    this.#socket = new WebSocket(this.#url);
    this.#socket.addEventListener("open", () => {
      // What was said so far comes first, also when we come back.
      chatWire.replaceChildren();
      this.#waitMs = FIRST_WAIT_MS;
      sayForm.querySelector("button").disabled = false;
      line(chatWire, "status", "joined");
    });
    this.#socket.addEventListener("message", ({ data }) => {
      const { from, text } = JSON.parse(data);
      line(chatWire, "body", `${from}: ${text}`);
    });
    this.#socket.addEventListener("close", ({ code }) => this.#closed(code));
  }

  #closed(code) {
    sayForm.querySelector("button").disabled = true;
    const [join, leave] = joinForm.querySelectorAll("button");
    if (this.#hasLeft) {
      toggle(join, leave, false);
      return line(chatWire, "time", "left");
    }
    line(chatWire, "time", `lost (${code}), joining again`);
    setTimeout(() => (this.#hasLeft ? undefined : this.#open()), this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }
}

function toggle(begin, end, isOn) {
  begin.disabled = isOn;
  end.disabled = !isOn;
}

function line(wire, kind, text) {
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = `${text}\n`;
  wire.append(span);
  while (wire.childElementCount > MOST_LINES) wire.firstElementChild.remove();
  wire.scrollTop = wire.scrollHeight;
}
