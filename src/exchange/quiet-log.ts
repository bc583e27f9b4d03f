/** A log that cannot hurt. */
import type { Logger } from "../pagi/extension.ts";

const SILENT: Logger = () => undefined;

/**
 * EXT-LOG-2: a log that fails, for example on a full disk, harms nothing it tells of. Without one nothing is told.
 *
 * @example
 * const log = quietLog(options.log);
 */
export function quietLog(log: Logger | undefined): Logger {
  if (log === undefined) return SILENT;
  return (entry) => {
    try {
      log(entry);
    } catch {
      // There is nowhere left to say so.
    }
  };
}
