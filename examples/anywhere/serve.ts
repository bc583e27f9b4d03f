/** Serves the app on Bun or on Deno, whichever runs this file. PORT chooses the port; 0 takes a free one. */
import { toApp } from "tack";
import { bun } from "tack/handler/bun";
import { deno } from "tack/handler/deno";
import app from "./app.ts";

const handler = "Deno" in globalThis ? deno : bun;
const port = process.env["PORT"] ?? "8225";
const running = await handler({ listen: [`http://127.0.0.1:${port}`] }).run(toApp(app));
console.error(`accepting connections at ${running.url}/`);
