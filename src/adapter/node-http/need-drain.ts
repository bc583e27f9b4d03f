/** Node only. Node's own mark for a response that owes a `drain`; `writableNeedDrain` reads it. */
import { OutgoingMessage } from "node:http";

const NEED_DRAIN = Object.getOwnPropertySymbols(new OutgoingMessage()).find(
  (symbol) => symbol.description === "kNeedDrain",
);

/** Emits `drain` and takes the mark off, as a server of node does when the socket has drained. */
export function emitDrain(response: { emit(event: string): boolean }): void {
  if (NEED_DRAIN !== undefined) (response as unknown as Record<symbol, boolean>)[NEED_DRAIN] = false;
  response.emit("drain");
}
