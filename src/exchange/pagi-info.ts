/** The edition of the contract that Tack's servers and adapters speak. */
import type { PagiInfo } from "../pagi/scope.ts";

/** What each scope says of it (SCOPE-2, SCOPE-3). */
export const PAGI_INFO: PagiInfo = Object.freeze({ version: "0.5", specVersion: "0.6" });
