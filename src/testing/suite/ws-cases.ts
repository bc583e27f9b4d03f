/** All cases on WebSocket sessions in their order. */
import type { CaseDefinition } from "../suite-case.ts";
import { wsEndingCases } from "./ws-ending.ts";
import { wsHandshakeCases } from "./ws-handshake.ts";
import { wsMessageCases } from "./ws-messages.ts";
import { wsPaceCases } from "./ws-pace.ts";
import { wsRefusalCases } from "./ws-refusal.ts";

/** The cases of the websocket scope, `ws-01` and on. */
export const wsCases: readonly CaseDefinition[] = [
  ...wsHandshakeCases,
  ...wsRefusalCases,
  ...wsMessageCases,
  ...wsPaceCases,
  ...wsEndingCases,
].map((one) => ({ ...one, needs: ["webSocket", ...(one.needs ?? [])] }));
