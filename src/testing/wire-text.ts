/** The escapes of wire case files: text with visible line ends to bytes and back. */
import { Buffer } from "node:buffer";

const ESCAPE = /\\(?:([rnt0\\])|x([0-9A-Fa-f]{2})|\{((?:[^\\}]|\\.)*)\*([0-9]+)\})/g;
const SIMPLE: Readonly<Record<string, string>> = { r: "\r", n: "\n", t: "\t", "0": "\0", "\\": "\\" };

/**
 * The bytes that an escaped text stands for. Throws an `Error` that shows an unknown escape.
 *
 * @example
 * unescapeWire("GET / HTTP/1.1\\r\\n"); // the bytes of a request line with CRLF
 * unescapeWire("\\{ab*3}"); // "ababab"
 */
export function unescapeWire(text: string): Buffer {
  const left = text.replace(ESCAPE, "");
  if (left.includes("\\")) throw new Error(`unknown escape in ${JSON.stringify(text)}`);
  return Buffer.from(expand(text), "latin1");
}

/** Bytes as one printable line, for messages. */
export function escapeWire(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 400), escapeByte).join("");
  return bytes.length > 400 ? `${shown}... (${bytes.length} bytes)` : shown;
}

function escapeByte(byte: number): string {
  const char = String.fromCharCode(byte);
  const name = Object.keys(SIMPLE).find((key) => SIMPLE[key] === char);
  if (name !== undefined) return `\\${name}`;
  return byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, "0")}` : char;
}

function expand(text: string): string {
  return text.replace(ESCAPE, (_all: string, ...parts: (string | undefined)[]) => {
    const [simple, hex, piece, times] = parts;
    if (simple !== undefined) return SIMPLE[simple] ?? "";
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return expand(piece ?? "").repeat(Number(times));
  });
}
