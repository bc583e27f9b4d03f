/** Values between the test and the worker, as lines of JSON that lose nothing of an event. */

const MARK = "$is";

/** One line. */
export function encodeLine(value: unknown): string {
  return `${JSON.stringify(encode(value))}\n`;
}

/** The value of a line. */
export function decodeLine(line: string): unknown {
  return decode(JSON.parse(line));
}

function encode(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value instanceof Uint8Array) return { [MARK]: "bytes", text: binary(value) };
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, encode(each)]));
  }
  return { [MARK]: typeof value, text: String(value) };
}

function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const { [MARK]: kind, text } = value as { readonly [MARK]?: string; readonly text?: string };
  if (kind !== undefined) return special(kind, text ?? "");
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, decode(each)]));
}

function special(kind: string, text: string): unknown {
  if (kind === "bytes") return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (kind === "number") return Number(text);
  if (kind === "bigint") return BigInt(text);
  if (kind === "function") return () => undefined;
  return kind === "symbol" ? Symbol(text) : undefined;
}

/** In pieces: a call takes only so many arguments. */
function binary(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}
