/** The request body as a web stream. */
import type { Receive } from "../../pagi/app.ts";
import { ClosedError } from "../../http/errors.ts";

/**
 * A stream that receives when it is read and not before (the client may wait for 100 Continue). Not a byte
 * stream: that one would detach the buffer under each piece, which may be the server's own.
 */
export function bodyStream(receive: Receive): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    { pull: (controller) => pull(receive, controller) },
    { highWaterMark: 0 },
  );
}

async function pull(
  receive: Receive,
  controller: ReadableStreamDefaultController<Uint8Array>,
): Promise<void> {
  for (;;) {
    const event = await receive();
    if (event.type !== "http.request" && event.type !== "sse.request") {
      const reason = "reason" in event ? event.reason : null;
      // Half a body must not be mistaken for a whole one.
      throw new ClosedError(`the request body was cut short (${reason ?? "the exchange is over"})`);
    }
    if (event.body.byteLength > 0) controller.enqueue(event.body);
    if (!event.more) return controller.close();
    // A pull that gave nothing is not repeated by the stream.
    if (event.body.byteLength > 0) return;
  }
}
