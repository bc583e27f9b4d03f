/** Memory and text sizes by the runtime's own fast way where it has a `Buffer`, and by plain means elsewhere. */
import { utf8Length } from "../http/utf8.ts";

const native = typeof Buffer === "function" ? Buffer : undefined;

/** How many bytes a text has as UTF-8. */
export const byteLength: (text: string) => number =
  native === undefined ? utf8Length : (text) => native.byteLength(text);

/** A fresh array that shares its memory with no other; what it holds is undefined. */
export const allocate: (size: number) => Uint8Array =
  native === undefined ? (size) => new Uint8Array(size) : (size) => native.allocUnsafeSlow(size);
