/** Checks header lists of the message form (HEAD-*). */
import { NOT_IN_TRAILERS } from "../../http/trailers.ts";
import { pagiFault, shown } from "./fault.ts";
import { hasControl, isCount, isDigits, isToken, isWide } from "./value.ts";

/** Field names that belong to the connection (HEAD-9). */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

type Pairs = readonly (readonly [name: string, value: string])[];

/** Throws unless `headers` is a list of clean lower-case fields; `where` begins the message. */
export function checkHeaders(where: string, headers: unknown): asserts headers is Pairs {
  if (!Array.isArray(headers)) throw pagiFault("HEAD-1", `${where} is ${shown(headers)}`);
  for (let index = 0; index < headers.length; index += 1) checkField(where, headers[index], index);
}

function checkField(where: string, field: unknown, index: number): void {
  if (!Array.isArray(field) || field.length !== 2) {
    throw pagiFault("HEAD-1", `${where}[${index}] is ${shown(field)}, not a pair`);
  }
  const [name, value] = field as readonly unknown[];
  if (typeof name !== "string") throw pagiFault("HEAD-1", `${where}[${index}] has the name ${shown(name)}`);
  if (typeof value !== "string") throw pagiFault("HEAD-1", `${where}: ${name} has the value ${shown(value)}`);
  if (name.startsWith(":")) throw pagiFault("HEAD-8", `${where} has the pseudo-field ${shown(name)}`);
  if (!isToken(name) || name !== name.toLowerCase()) {
    throw pagiFault("HEAD-2", `${where} has the name ${shown(name)}`);
  }
  if (isWide(value)) throw pagiFault("HEAD-3", `${where}: ${name} has a character above 0xFF`);
  if (hasControl(value)) throw pagiFault("HEAD-4", `${where}: ${name} is ${shown(value)}`);
}

/** The declared length of a checked head, or `undefined`. Throws when it is no single number (HEAD-12). */
export function declaredLength(where: string, headers: Pairs): number | undefined {
  const found = headers.filter(([name]) => name === "content-length");
  const [first] = found;
  if (first === undefined) return undefined;
  if (found.length > 1) throw pagiFault("HEAD-12", `${where} has content-length ${found.length} times`);
  if (!isDigits(first[1]) || !isCount(Number(first[1])))
    throw pagiFault("HEAD-12", `${where}: content-length is ${shown(first[1])}`);
  return Number(first[1]);
}

/** Throws when a checked list of trailers has a field that frames or describes the content. */
export function checkTrailers(where: string, headers: Pairs): void {
  const wrong = headers.find(([name]) => NOT_IN_TRAILERS.has(name));
  if (wrong !== undefined) throw pagiFault("HTTP-19", `${where} has ${wrong[0]}`);
}

/** Throws when a checked list of `websocket.accept` has a field of the handshake, the connection or a body. */
export function checkAcceptHeaders(where: string, headers: Pairs): void {
  const wrong = headers.find(
    ([name]) => CONNECTION_FIELDS.has(name) || name === "content-length" || name.startsWith("sec-websocket-"),
  );
  if (wrong !== undefined) throw pagiFault("WS-5", `${where} has ${wrong[0]}`);
}

/** Throws when the headers of a request were not brought into the form of the contract. */
export function checkRequestHeaders(headers: unknown): void {
  checkHeaders("scope.headers", headers);
  let cookies = 0;
  let framings = 0;
  for (const [name] of headers) {
    if (name === "cookie") cookies += 1;
    if (name === "content-length" || name === "transfer-encoding") framings += 1;
  }
  if (cookies > 1) throw pagiFault("HEAD-7", `scope.headers has ${cookies} cookie fields`);
  if (framings > 1 && new Set(headers.map(([name]) => name)).has("transfer-encoding")) {
    throw pagiFault("HEAD-13", "scope.headers has content-length beside transfer-encoding");
  }
}
