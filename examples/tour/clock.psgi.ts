/** A streaming clock in the request/response form: a delayed response and a writer. */
import { setTimeout as sleep } from "node:timers/promises";
import type { PsgiApp } from "tack/psgi/app";

const clock: PsgiApp = (env) => async (respond) => {
  const query = new URLSearchParams(env.QUERY_STRING);
  const ticks = Math.min(Number(query.get("ticks") ?? 5) || 5, 60);
  const pause = Math.max(Number(query.get("pause") ?? 1000) || 1000, 10);

  const writer = respond([200, ["Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store"]]);
  for (let tick = 1; tick <= ticks; tick++) {
    const time = new Date().toISOString().slice(11, 23);
    // False: the client has gone, so nobody reads the time any more.
    if (!(await writer.write(`tick ${tick} of ${ticks} at ${time} UTC\n`))) return;
    if (tick < ticks) await sleep(pause);
  }
  await writer.close();
};

export default clock;
