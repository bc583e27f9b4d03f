/** What the WebSocket servers have in common. */
import { Buffer } from "node:buffer";

export const port = Number(process.env["BENCH_PORT"]);

/** What everybody is told. */
export const news = Buffer.alloc(64, "n");
