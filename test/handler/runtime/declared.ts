/** What servers behind a `Request` and a `Response` cannot do, with the reasons. */
import type { Lack } from "#src/testing/capability.js";
import type { SuiteOptions } from "#src/testing/server-suite.js";

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
  "psgi-59": "a handler gives one Response, no interim ones",
  "pagi-06": "Headers sorts the fields and joins repeated ones",
  "pagi-25": "Headers sorts the fields and joins repeated ones",
  "pagi-30": "a Response has no trailers",
  "pagi-32": "a handler gives one Response, no interim ones",
  "pagi-77": "a handler must give a Response: an abort before the head becomes a 500",
  "pagi-92": "a Request cannot say OPTIONS *",
  "sse-28": "a handler gives one Response, no interim ones",
  "ws-20": "a socket of the platform cannot be paused; what is too much ends with 1008",
  "ws-21": "a socket of the platform cannot be paused; what is too much ends with 1008",
  "ws-27": "the platform judges frames, and ends the connection without a code",
};

const statusText: Lack = { capability: "statusText", reason: "the runtime writes its own reason phrases" };

/** How the suite is run for the handler of each runtime. The wire is the runtime's own, so its cases are not run. */
export const runtimeOptions: Readonly<Record<"bun" | "deno", SuiteOptions>> = {
  bun: {
    groups: ["psgi", "pagi", "sse", "ws"],
    lacks: [...fetchLacks, statusText],
    differs: {
      ...fetchDiffers,
      "psgi-38": "Bun closes the connection at a method it does not know",
      "pagi-27": "Bun sends every body that streams in chunks, a declared length or not",
      "pagi-49": "Bun does not name upgrade in connection",
      "pagi-59": "Bun sends every body that streams in chunks, a declared length or not",
      "pagi-91": "Bun does not say connection: close while it stops",
      "pagi-93": "Bun hands CONNECT to the handler",
      "ws-25": "Bun does not wait for the client's answer to a close frame",
      "sse-22": "Bun holds the head back until there is a piece of the body",
    },
  },
  deno: {
    groups: ["psgi", "pagi", "sse", "ws"],
    lacks: [...fetchLacks, statusText],
    differs: {
      ...fetchDiffers,
      "pagi-29": "Deno drops the length of a 304",
      "pagi-49": "Deno does not name upgrade in connection",
      "pagi-91": "Deno does not say connection: close while it stops",
      "pagi-93": "Deno answers a request without Host",
      "ws-12": "Deno closes sessions by itself when it stops, with 1001",
      "ws-17": "Deno does not let us ping",
      "ws-18": "Deno does not let us ping",
      "ws-25": "Deno does not tell the code of an answer to a close frame",
      "ws-29": "Deno closes sessions by itself when it stops, with 1001",
      "ws-30": "Deno cannot cut a session without a close frame",
    },
  },
};

const { "psgi-22": _apart, ...workersFetchDiffers } = fetchDiffers;
const noFiles = "a worker has no file system";
const noStop = "isolates end without a word";
const noNews = "workerd takes the connection to the test away with the client, before the test hears of it";

/** The same for the module worker on workerd. */
export const workersOptions: SuiteOptions = {
  groups: ["psgi", "pagi", "sse", "ws"],
  lacks: [
    ...fetchLacks,
    { capability: "clientAddress", reason: "only the platform in front of workerd tells the address" },
  ],
  differs: {
    ...workersFetchDiffers,
    "psgi-26": noFiles,
    "psgi-38": "workerd knows the registered methods only",
    "psgi-45": "workerd reads header values as UTF-8",
    "psgi-54": noNews,
    "pagi-07": "Headers joins cookie fields as it joins all",
    "pagi-08": "workerd reads header values as UTF-8",
    "pagi-26": "workerd leaves the date to what is in front of it",
    "pagi-27": "workerd sends every body that streams in chunks, a declared length or not",
    "pagi-28": noFiles,
    "pagi-29": "workerd drops the length of a 304",
    "pagi-49": "workerd does not name upgrade in connection",
    "pagi-52": noFiles,
    "pagi-53": noFiles,
    "pagi-54": noFiles,
    "pagi-56": noFiles,
    "pagi-59": noFiles,
    "pagi-72": noNews,
    "pagi-74": noNews,
    "pagi-82": noStop,
    "pagi-84": "startup runs before the first request, when the worker listens already",
    "pagi-87": noStop,
    "pagi-91": noStop,
    "pagi-100": noStop,
    "sse-21": noNews,
    "sse-24": noStop,
    "ws-04": noNews,
    "ws-12": noStop,
    "ws-17": "workerd does not let us ping",
    "ws-18": "workerd does not let us ping",
    "ws-25": "workerd forgets a session that its server has closed, and the test with it",
    "ws-29": noStop,
    "ws-30": "workerd cannot cut a session without a close frame",
  },
};
