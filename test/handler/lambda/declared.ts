/** What a Lambda function behind each gateway cannot do, with the reasons. */
import type { Lack } from "#src/testing/capability.js";
import type { SuiteOptions } from "#src/testing/server-suite.js";

type Differs = Readonly<Record<string, string>>;

const groups = ["psgi", "pagi", "sse"] as const;

const lacks: readonly Lack[] = [
  { capability: "requestTrailers", reason: "an event has no trailers" },
  { capability: "fullflush", reason: "when an answer leaves is up to the platform" },
  { capability: "io", reason: "the connection is the gateway's" },
  { capability: "limits", reason: "limits are the gateway's" },
];
const statusText: Lack = { capability: "statusText", reason: "an answer has no place for a reason phrase" };
const clientAddress: Lack = { capability: "clientAddress", reason: "an event has no port of the client" };

/** Some cases find the end of the invocation's time good enough. */
const leaving = "Lambda does not tell that the client has gone";
const arriving = "the gateway invokes when it has the whole body";

const gateways: Differs = {
  "psgi-38": "the parser of the gateway knows the registered methods only",
  "psgi-39": "the gateway reads the whole body and knows its length",
  "psgi-41": "an event cannot say OPTIONS *",
  "psgi-46": arriving,
  "psgi-59": "an invocation gives one answer",
  "pagi-06": "fields are told by name, not in their order",
  "pagi-14": arriving,
  "pagi-17": arriving,
  "pagi-18": arriving,
  "pagi-25": "fields are told by name, not in their order",
  "pagi-30": "an answer has no trailers",
  "pagi-32": "an invocation gives one answer",
  "pagi-49": "the connection is the gateway's",
  "pagi-51": "the connection is the gateway's",
  "pagi-64": "the connection is the gateway's",
  "pagi-72": leaving,
  "pagi-77": "an abort before the head becomes a 500 or a 502",
  "pagi-91": "the connection is the gateway's",
  "pagi-92": "an event cannot say OPTIONS *",
  "pagi-93": "what is no request is up to the gateway",
  "sse-05": arriving,
  "sse-28": "an invocation gives one answer",
};

const flag = "a parameter without an equals sign gets one, and the app of this case is not prepared for it";

const https: Differs = {
  "psgi-05": "API Gateway and function URLs are https, always",
  "pagi-01": "API Gateway and function URLs are https, always",
};

const whole: Differs = {
  "psgi-53": "an incomplete response is a 500: nothing of it has left",
  "pagi-23": "an answer leaves when it is whole",
  "psgi-54": leaving,
  "pagi-31": "an incomplete response is a 500: nothing of it has left",
  "pagi-62": "an incomplete response is a 500: nothing of it has left",
  "pagi-63": "an incomplete response is a 500: nothing of it has left",
  "pagi-76": "an incomplete response is a 500: nothing of it has left",
  "pagi-79": "an answer is read when it is whole",
  "pagi-80": "an answer is read when it is whole",
  "sse-14": "an answer is read when it is whole",
  "sse-17": "an incomplete response is a 500: nothing of it has left",
  "sse-22": "an answer is read when it is whole",
  "sse-23": "an answer is read when it is whole",
};

/** How the suite is run behind each gateway. */
export const lambdaOptions: Readonly<Record<"rest" | "http" | "alb" | "url", SuiteOptions>> = {
  rest: {
    groups,
    lacks: [...lacks, statusText, clientAddress],
    differs: { ...gateways, ...https, ...whole, "pagi-05": "the query comes decoded", "psgi-49": flag },
  },
  http: {
    groups,
    lacks: [...lacks, statusText, clientAddress],
    differs: {
      ...gateways,
      ...https,
      ...whole,
      "psgi-22": "fields that are no cookies are joined",
      "psgi-25": "the path comes decoded",
      "pagi-04": "the path comes decoded, as text",
    },
  },
  alb: {
    groups,
    lacks: [...lacks, clientAddress],
    differs: { ...gateways, ...whole, "psgi-49": flag },
  },
  url: {
    groups,
    lacks: [...lacks, statusText, clientAddress],
    differs: { ...gateways, ...https, "psgi-22": "fields that are no cookies are joined" },
  },
};
