/** What servers behind a `Request` and a `Response` cannot do, with the reasons. */
import type { Lack } from "#src/testing/capability.js";

/** True of every platform that speaks fetch. */
export const fetchLacks: readonly Lack[] = [
  { capability: "requestTrailers", reason: "a Request has no trailers" },
  { capability: "fullflush", reason: "when a Response leaves is up to the platform" },
  { capability: "io", reason: "the connection is the platform's" },
  { capability: "limits", reason: "limits are the platform's" },
];

/** Single cases that fail on every platform that speaks fetch. */
export const fetchDiffers: Readonly<Record<string, string>> = {
  "psgi-22": "Headers joins repeated fields other than Set-Cookie",
  "psgi-41": "a Request cannot say OPTIONS *",
  "pagi-06": "Headers sorts the fields and joins repeated ones",
  "pagi-25": "Headers sorts the fields and joins repeated ones",
  "psgi-59": "a handler gives one Response, no interim ones",
  "pagi-30": "a Response has no trailers",
  "pagi-32": "a handler gives one Response, no interim ones",
  "pagi-77": "a handler must give a Response: an abort before the head becomes a 500",
  "pagi-92": "a Request cannot say OPTIONS *",
};
