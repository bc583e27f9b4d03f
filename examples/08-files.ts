/**
 * Lesson 8: static files, here the folder of these lessons.
 *
 *     npx tackup examples/08-files.ts
 *     curl -i http://127.0.0.1:8225/08-files.ts
 */
import { file } from "tack/app/file";
import type { App } from "tack";

const app: App = file({ root: import.meta.dirname, cacheControl: "no-cache" });

export default app;
