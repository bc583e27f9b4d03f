/** The answer of an app form that cannot speak WebSocket. */
import type { Send } from "../../pagi/app.ts";

/** Refuses the handshake with an ordinary response that says why. */
export async function refuseWebSocket(send: Send, why = "There is no WebSocket here."): Promise<void> {
  const headers = [["content-type", "text/plain"]] as const;
  await send({ type: "http.response.start", status: 501, headers });
  await send({ type: "http.response.body", body: `${why}\n` });
}
