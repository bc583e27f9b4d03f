/** Node only. A framework's own start and stop as the lifespan of an app. */
import type { Receive, Send } from "../../pagi/app.ts";

/** What a framework does before its first request and after its last; both may be asynchronous. */
export interface FrameworkLife {
  readonly startup?: () => unknown;
  readonly shutdown?: () => unknown;
}

/** Takes part in lifespan: a step that throws or rejects has failed (LIFE-3, LIFE-4). */
export async function liveWith(life: FrameworkLife, receive: Receive, send: Send): Promise<void> {
  for (const step of ["startup", "shutdown"] as const) {
    await receive();
    try {
      await life[step]?.();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await send({ type: `lifespan.${step}.failed`, message });
      return;
    }
    await send({ type: `lifespan.${step}.complete` });
  }
}
