/** All PSGI cases in their order. */
import type { CaseDefinition } from "../suite-case.ts";

/** The cases of the request/response form, `psgi-01` and on. */
export const psgiCases: readonly CaseDefinition[] = [];
