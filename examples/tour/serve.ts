/** Serves the tour until the terminal says stop. PORT chooses the port; 0 takes a free one. */
import { standalone, type Logger } from "tack";
import app from "./app.ts";

const listen = [`http://127.0.0.1:${process.env["PORT"] ?? "8225"}`];
const log: Logger = ({ level, message }) => {
  if (level !== "debug" && level !== "info") console.error(`${level}: ${message}`);
};

try {
  const running = await standalone({ listen, log }).run(app);
  console.log(`The tour is at ${running.url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void running.close({ graceMs: 2000 }));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error("Choose another port with PORT=8226 npm start.");
  process.exitCode = 1;
}
