/** A ticker: one price a second for everybody who listens. Whoever comes back gets what was missed meanwhile. */
import { eventStream } from "tack/app/event-stream";
import { Hub } from "tack/pubsub/hub";

interface Price {
  readonly id: number;
  readonly cents: number;
}

const MOST_REMEMBERED = 60;
const prices = new Hub<Price>();
const recent: Price[] = [{ id: 1, cents: 10_000 }];

/** A random walk stands in for a market. */
function tick(): void {
  const { id, cents } = recent.at(-1)!;
  const price = { id: id + 1, cents: Math.max(1, cents + Math.round((Math.random() - 0.5) * 100)) };
  recent.push(price);
  if (recent.length > MOST_REMEMBERED) recent.shift();
  void prices.publish("tack", price);
}

// Alone it keeps no process alive.
setInterval(tick, 1000).unref();

const toEvent = ({ id, cents }: Price) => ({
  data: (cents / 100).toFixed(2),
  event: "price",
  id: String(id),
});

export default eventStream(async (stream) => {
  await stream.start({ headers: [["x-accel-buffering", "no"]] });
  // An old price is worth nothing: of those that a slow client has not taken yet, the newest is kept.
  const news = await prices.subscribe("tack", { whenSlow: "conflate" });
  const seen = Number(stream.lastEventId ?? recent.at(-1)!.id - 1);
  const missed = recent.filter(({ id }) => id > seen);
  await stream.sendAll(missed, toEvent);
  await stream.sendAll(news, toEvent);
});
