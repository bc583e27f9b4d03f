/** Checks `scope.connection` and `scope.transport` without waking their lazy parts (CONN-*, TRANS-*). */
import { pagiFault, shown } from "./fault.ts";
import { isCount, isRecord, type Unknowns } from "./value.ts";

const METHODS = ["onDisconnect", "onComplete", "abort"];
const FLAGS = ["isConnected", "responseStarted", "responseComplete"];
const LAZY = ["signal", "closed"];
const TEXTS = ["disconnectReason", "disconnectDetail"];

const REASONS: ReadonlySet<unknown> = new Set([
  "client_closed",
  "client_timeout",
  "idle_timeout",
  "keepalive_timeout",
  "write_timeout",
  "write_error",
  "read_error",
  "protocol_error",
  "server_shutdown",
  "server_error",
  "body_too_large",
  "queue_overflow",
  "app_abort",
]);

/** True for a token of the contract or one of the form `x-...`. */
export function isReason(value: unknown): boolean {
  return REASONS.has(value) || (typeof value === "string" && value.startsWith("x-"));
}

/** Throws unless the connection object is complete and consistent. */
export function checkConnection(connection: unknown): asserts connection is Unknowns {
  if (!isRecord(connection)) throw pagiFault("SCOPE-11", `scope.connection is ${shown(connection)}`);
  for (const name of METHODS)
    if (typeof connection[name] !== "function") throw missing(name, connection[name]);
  for (const name of FLAGS) if (typeof connection[name] !== "boolean") throw missing(name, connection[name]);
  for (const name of LAZY) if (!(name in connection)) throw missing(name, undefined);
  for (const name of TEXTS) {
    const value = connection[name];
    if (value !== null && typeof value !== "string") throw missing(name, value);
  }
  checkReason(connection);
}

function missing(name: string, value: unknown): Error {
  return pagiFault("CONN-2", `scope.connection.${name} is ${shown(value)}`);
}

/** Throws when the reason is set while the exchange is open, or is no known token. */
export function checkReason(connection: Unknowns): void {
  const reason = connection["disconnectReason"];
  if (reason === null) return;
  if (!isReason(reason)) throw pagiFault("CONN-4", `scope.connection.disconnectReason is ${shown(reason)}`);
  if (connection["isConnected"] === true) {
    throw pagiFault(
      "CONN-4",
      `scope.connection.disconnectReason is ${shown(reason)} while isConnected is true`,
    );
  }
}

/** Throws unless the transport object is complete. */
export function checkTransport(transport: unknown): void {
  if (!isRecord(transport)) throw pagiFault("TRANS-2", `scope.transport is ${shown(transport)}`);
  for (const name of ["bufferedAmount", "highWaterMark", "lowWaterMark"]) {
    if (!isCount(transport[name])) {
      throw pagiFault("TRANS-2", `scope.transport.${name} is ${shown(transport[name])}`);
    }
  }
  if (Number(transport["lowWaterMark"]) > Number(transport["highWaterMark"])) {
    throw pagiFault("TRANS-2", "scope.transport has a low mark above its high mark");
  }
}
