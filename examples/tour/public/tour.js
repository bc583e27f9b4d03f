/**
 * Lets a visitor try each app on the page. Without this file every form still works: the browser then goes to the
 * answer. With it the answer is shown beside the form, as it comes over the wire.
 */

const shown = [
  "content-type",
  "content-length",
  "content-range",
  "etag",
  "x-received-type",
  "x-request-id",
  "x-powered-by",
  "transfer-encoding",
];

for (const form of document.querySelectorAll("form[data-try]")) {
  const wire = form.closest("section").querySelector(".wire");
  const stop = form.querySelector("[data-stop]");

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(wire, requestOf(form), stop);
  });
  for (const button of form.querySelectorAll("[data-send]")) {
    button.hidden = false;
    button.addEventListener("click", () => ask(wire, specialRequest(form, button, wire)));
  }
  if (stop !== null) stop.hidden = false;
}

const curl = document.querySelector("#curl");
curl.textContent = `curl -N ${location.origin}/clock`;

/** What the browser would send for this form. */
function requestOf(form) {
  const url = new URL(form.action);
  if (form.method === "post") return { url, method: "POST", headers: {}, body: form.elements.text.value };
  for (const [name, value] of new FormData(form)) url.searchParams.set(name, value);
  return { url, method: "GET", headers: {} };
}

/** What a form cannot say: other methods and fields. */
function specialRequest(form, button, wire) {
  const [name, value] = (button.dataset.head ?? "").split(": ");
  const headers = value === undefined ? {} : { [name]: value };
  if ("again" in button.dataset && wire.dataset.etag) headers["if-none-match"] = wire.dataset.etag;
  return {
    url: new URL(button.dataset.to ?? form.action, location.href),
    method: button.dataset.send,
    headers,
  };
}

/** Sends a request and writes down what happens, line by line, with the time since the start. */
async function ask(wire, { url, method, headers, body }, stop = null) {
  wire.abort?.abort();
  const abort = new AbortController();
  wire.abort = abort;
  wire.replaceChildren();
  wire.setAttribute("aria-busy", "true");
  line(wire, "sent", `> ${method} ${url.pathname}${url.search}`);
  for (const [name, value] of Object.entries(headers)) line(wire, "sent", `> ${name}: ${value}`);
  if (stop !== null) {
    stop.disabled = false;
    stop.addEventListener("click", () => abort.abort(), { once: true });
  }
  const start = performance.now();
  try {
    // "no-store" keeps the browser's own cache out: every answer below came from the server just now.
    const response = await fetch(url, { method, headers, body, signal: abort.signal, cache: "no-store" });
    showHead(wire, response);
    await showBody(wire, response, start);
    line(wire, "time", `\nended after ${seconds(start)}`);
  } catch (error) {
    if (wire.abort !== abort) return;
    line(wire, "time", abort.signal.aborted ? `\nstopped after ${seconds(start)}` : `\n${error.message}`);
  }
  if (wire.abort !== abort) return;
  wire.setAttribute("aria-busy", "false");
  if (stop !== null) stop.disabled = true;
}

function showHead(wire, response) {
  line(wire, "status", `< ${response.status} ${response.statusText}`);
  for (const name of shown) {
    const value = response.headers.get(name);
    if (value !== null) line(wire, "field", `< ${name}: ${value}`);
  }
  if (response.headers.has("etag")) wire.dataset.etag = response.headers.get("etag");
}

/** Each piece is shown when it arrives; of a stream, with the time since the start. */
async function showBody(wire, response, start) {
  if (response.body === null) return;
  line(wire, "field", "");
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  const isStream = wire.closest("#clock") !== null;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    if (isStream) append(wire, "time", `${seconds(start).padStart(8)}  `);
    append(wire, "body", decoder.decode(piece.value, { stream: true }));
    if (isStream) wire.scrollTop = wire.scrollHeight;
  }
}

function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(2)} s`;
}

function line(wire, kind, text) {
  append(wire, kind, `${text}\n`);
}

function append(wire, kind, text) {
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = text;
  wire.append(span);
}
