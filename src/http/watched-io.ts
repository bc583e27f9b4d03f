/** Tells whoever stands between server and app that the app has taken the connection (EXT-IO-1). */
import type { IoExtension } from "../pagi/extension.ts";

/**
 * The extension `io` for the app below; `taken` is called after each `take` that did not throw.
 *
 * @example
 * const watched = (io: IoExtension): IoExtension => watchedIo(io, () => console.log("taken"));
 */
export function watchedIo(io: IoExtension, taken: () => void): IoExtension {
  return {
    take() {
      const connection = io.take();
      taken();
      return connection;
    },
  };
}
