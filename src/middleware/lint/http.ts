/** The rules of one http call in both directions. */
import { pagiFault } from "./fault.ts";
import type { AnswerRules } from "./request-conversation.ts";
import { advanceResponse, IDLE, type ResponseState } from "./response.ts";

/** Throws unless a response came to its end (HTTP-24). */
export function checkWhole(state: ResponseState): void {
  if (state.phase === "done") return;
  const missing = state.phase === "trailers" ? "the promised trailers" : "the last piece of the body";
  throw pagiFault("HTTP-24", `the app returned before it sent ${missing}`);
}

/** One http call as lint sees it. */
export const HTTP_RULES: AnswerRules<ResponseState> = {
  beginning: IDLE,
  advance: advanceResponse,
  checkEnd(state) {
    if (state.phase === "idle") throw pagiFault("HTTP-25", "the app returned and sent no response");
    checkWhole(state);
  },
};
