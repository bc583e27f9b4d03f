/** Checks status and headers of a PSGI response (RES-*). */
import { psgiFault, shown } from "./fault.ts";
import { hasControl, isBetween, isCount, isDigits, isToken, isWide } from "./value.ts";

/** What the head says about the body. */
export interface HeadFacts {
  readonly status: number;
  /** The declared length, unless this is an answer to HEAD. */
  readonly length: number | undefined;
  readonly hasType: boolean;
}

/** Throws unless `headers` is a flat list of clean fields; `where` begins the message. */
export function checkPsgiHeaders(where: string, headers: unknown): asserts headers is readonly string[] {
  if (!Array.isArray(headers)) throw psgiFault("RES-2", `${where} is ${shown(headers)}`);
  if (headers.length % 2 !== 0) throw psgiFault("RES-2", `${where} has ${headers.length} elements`);
  for (let index = 0; index < headers.length; index += 2)
    checkField(where, headers[index], headers[index + 1]);
}

function checkField(where: string, name: unknown, value: unknown): void {
  if (typeof name !== "string" || typeof value !== "string") {
    throw psgiFault("RES-2", `${where} has ${shown(name)} with the value ${shown(value)}`);
  }
  if (!isToken(name)) throw psgiFault("RES-4", `${where} has the name ${shown(name)}`);
  if (name.toLowerCase() === "status") throw psgiFault("RES-3", `${where} has ${name}`);
  if (isWide(value) || hasControl(value)) throw psgiFault("RES-5", `${where}: ${name} is ${shown(value)}`);
}

/** Throws unless status and headers are right; tells what they say about the body. */
export function checkHead(status: unknown, headers: unknown, method: unknown): HeadFacts {
  if (!isBetween(status, 200, 999)) throw psgiFault("RES-1", `the status is ${shown(status)}`);
  checkPsgiHeaders("the header list", headers);
  const lengths = valuesOf(headers, "content-length");
  const hasType = valuesOf(headers, "content-type").length > 0;
  if (status === 204 || status === 304) {
    if (hasType || lengths.length > 0) {
      throw psgiFault("RES-8", `a ${status} has ${hasType ? "Content-Type" : "Content-Length"}`);
    }
  }
  if (lengths.length > 1)
    throw psgiFault("RES-9", `the header list has Content-Length ${lengths.length} times`);
  const [length] = lengths;
  if (length === undefined) return { status, length: undefined, hasType };
  if (!isDigits(length) || !isCount(Number(length)))
    throw psgiFault("RES-9", `Content-Length is ${shown(length)}`);
  return { status, length: method === "HEAD" ? undefined : Number(length), hasType };
}

/** The values of a field in a checked flat list; `name` in lower case. */
function valuesOf(headers: readonly string[], name: string): readonly string[] {
  return headers.filter((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);
}
