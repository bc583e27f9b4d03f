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
  if (value instanceof Uint8Array) return encodeBytes(value);
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
  if (kind === "bytes") return bytesOf(atob(text));
  if (kind === "fill") return filled(text);
  if (kind === "number") return Number(text);
  if (kind === "bigint") return BigInt(text);
  if (kind === "function") return () => undefined;
  return kind === "symbol" ? Symbol(text) : undefined;
}

/** Cases that send very much send one byte again and again; that much in base64 would be all they wait for. */
function encodeBytes(bytes: Uint8Array): object {
  const [first] = bytes;
  const isFill = bytes.length > 1024 && bytes.every((byte) => byte === first);
  if (isFill) return { [MARK]: "fill", text: `${first} ${bytes.length}` };
  return { [MARK]: "bytes", text: binary(bytes) };
}

function filled(text: string): Uint8Array {
  const [byte, length] = text.split(" ").map(Number);
  return new Uint8Array(length!).fill(byte!);
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** In pieces: a call takes only so many arguments. */
function binary(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}
