/** All PSGI cases in their order: the 36 of the classic suite under their numbers, then its gaps. */
import type { CaseDefinition } from "../suite-case.ts";
import { extensionCases } from "./psgi-extension.ts";
import { moreRequestCases } from "./psgi-more-request.ts";
import { moreResponseCases } from "./psgi-more-response.ts";
import { writerCases } from "./psgi-writer.ts";
import { firstCases } from "./psgi-suite-first.ts";
import { secondCases } from "./psgi-suite-second.ts";

/** The cases of the request/response form, `psgi-01` and on. */
export const psgiCases: readonly CaseDefinition[] = [
  ...firstCases,
  ...secondCases,
  ...moreRequestCases,
  ...moreResponseCases,
  ...extensionCases,
  ...writerCases,
];
