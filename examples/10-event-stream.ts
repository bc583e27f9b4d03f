/**
 * Lesson 10: an event stream. A client that loses its connection comes back with the id of the last event it has seen,
 * and misses nothing. In a page: `new EventSource("/").onmessage = (event) => console.log(event.data)`.
 *
 *     npx tackup examples/10-event-stream.ts
 *     curl -N -H 'Accept: text/event-stream' http://127.0.0.1:8225/
 */
import { setTimeout as delay } from "node:timers/promises";
import { eventStream } from "tack/app/event-stream";

/** Whole seconds since the app was started: what the numbered events tell of. */
const startedAt = Date.now();
const now = (): number => Math.floor((Date.now() - startedAt) / 1000);

export default eventStream(async (stream) => {
  let last = stream.lastEventId === undefined ? now() - 1 : Number(stream.lastEventId);
  while (stream.isOpen) {
    while (last < now()) await stream.send({ data: `second ${++last}`, id: String(last) });
    await delay(100);
  }
});
