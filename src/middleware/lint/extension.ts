/** Checks what `scope.extensions` offers, and how the app uses `io` and `logger` (EXT-*). */
import { pagiFault, shown } from "./fault.ts";
import { isBetween, isRecord, type Unknowns } from "./value.ts";

const LEVELS: ReadonlySet<unknown> = new Set(["debug", "info", "warn", "error", "fatal"]);

/** True for the five words of a log level. */
export function isLevel(value: unknown): boolean {
  return LEVELS.has(value);
}

/** Throws unless every offered extension has the form of the contract. */
export function checkExtensions(extensions: unknown): asserts extensions is Unknowns {
  if (!isRecord(extensions)) throw pagiFault("SCOPE-10", `scope.extensions is ${shown(extensions)}`);
  for (const name of Object.keys(extensions)) {
    const value = extensions[name];
    const fits = name === "logger" ? typeof value === "function" : isRecord(value);
    if (!fits) throw pagiFault("EXT-1", `scope.extensions.${name} is ${shown(value)}`);
  }
  const { io, tls, priority } = extensions;
  if (io !== undefined && typeof (io as Unknowns)["take"] !== "function") {
    throw pagiFault("EXT-1", "scope.extensions.io has no take function");
  }
  if (tls !== undefined) checkTls(tls as Unknowns);
  if (priority !== undefined) checkPriority(priority as Unknowns);
}

function checkPriority({ urgency, incremental }: Unknowns): void {
  if (isBetween(urgency, 0, 7) && typeof incremental === "boolean") return;
  throw pagiFault("EXT-PRIO-1", `scope.extensions.priority is ${shown({ urgency, incremental })}`);
}

const isText = (value: unknown): boolean => value === null || typeof value === "string";
const isNumber = (value: unknown): boolean => value === null || isBetween(value, 0, 0xffff);
const isChain = (value: unknown): boolean =>
  Array.isArray(value) && value.every((part) => typeof part === "string");

const TLS_MEMBERS: readonly (readonly [name: string, fits: (value: unknown) => boolean])[] = [
  ["serverCert", isText],
  ["clientCertChain", isChain],
  ["clientCertName", isText],
  ["clientCertError", isText],
  ["tlsVersion", isNumber],
  ["cipherSuite", isNumber],
];

function checkTls(tls: Unknowns): void {
  const wrong = TLS_MEMBERS.find(([name, fits]) => !fits(tls[name]));
  if (wrong === undefined) return;
  throw pagiFault("EXT-TLS-1", `scope.extensions.tls.${wrong[0]} is ${shown(tls[wrong[0]])}`);
}

/** What lint has to know when the app takes the socket. */
export interface SocketWatch {
  /** True once a response has started. */
  readonly started: boolean;
  /** Called when the socket was taken. */
  taken(): void;
}

/** The extensions as the app sees them: the same, with `io` and `logger` watched. */
export function watchExtensions(extensions: Unknowns, watch: SocketWatch): Unknowns {
  const { io, logger } = extensions;
  if (io === undefined && logger === undefined) return extensions;
  return {
    ...extensions,
    ...(io === undefined ? {} : { io: watchIo(io as Unknowns, watch) }),
    ...(logger === undefined ? {} : { logger: watchLogger(logger as (entry: unknown) => void) }),
  };
}

function watchIo(io: Unknowns, watch: SocketWatch): Unknowns {
  let used = false;
  const take = (): unknown => {
    if (used) throw pagiFault("EXT-IO-2", "io.take was called again");
    if (watch.started) throw pagiFault("EXT-IO-2", "io.take was called after the response had started");
    const taken = (io["take"] as () => unknown).call(io);
    used = true;
    watch.taken();
    return taken;
  };
  return { ...io, take };
}

function watchLogger(logger: (entry: unknown) => void): (entry: unknown) => void {
  return (entry) => {
    const fits = isRecord(entry) && isLevel(entry["level"]) && typeof entry["message"] === "string";
    if (!fits) {
      throw pagiFault(
        "EXT-LOG-1",
        `logger was called with level ${shown(isRecord(entry) ? entry["level"] : entry)}`,
      );
    }
    logger(entry);
  };
}
