/** All PAGI cases in their order. Those for event streams have a list of their own. */
import type { CaseDefinition } from "../suite-case.ts";
import { disconnectCases } from "./pagi-disconnect.ts";
import { extraCases } from "./pagi-extra.ts";
import { failureCases } from "./pagi-failure.ts";
import { fileCases } from "./pagi-file.ts";
import { framingCases } from "./pagi-framing.ts";
import { lifespanCases } from "./pagi-lifespan.ts";
import { limitCases } from "./pagi-limit.ts";
import { moreCases } from "./pagi-more.ts";
import { refusalCases } from "./pagi-refusal.ts";
import { requestCases } from "./pagi-request.ts";
import { responseCases } from "./pagi-response.ts";
import { scopeCases } from "./pagi-scope.ts";
import { transportCases } from "./pagi-transport.ts";

/** The cases of the message form, `pagi-01` and on. */
export const pagiCases: readonly CaseDefinition[] = [
  ...scopeCases,
  ...requestCases,
  ...responseCases,
  ...extraCases,
  ...refusalCases,
  ...framingCases,
  ...fileCases,
  ...failureCases,
  ...disconnectCases,
  ...transportCases,
  ...lifespanCases,
  ...limitCases,
  ...moreCases,
];
