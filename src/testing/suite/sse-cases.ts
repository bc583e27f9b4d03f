/** All cases on event streams in their order. */
import type { CaseDefinition } from "../suite-case.ts";
import { sseCarriageCases } from "./sse-carriage.ts";
import { sseEndingCases } from "./sse-ending.ts";
import { sseRequestCases } from "./sse-request.ts";
import { sseStreamCases } from "./sse-stream.ts";

/** The cases of the sse scope, `sse-01` and on. */
export const sseCases: readonly CaseDefinition[] = [
  ...sseRequestCases,
  ...sseStreamCases,
  ...sseEndingCases,
  ...sseCarriageCases,
];
