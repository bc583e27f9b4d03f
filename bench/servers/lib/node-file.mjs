/** How a fetch handler on Node answers with a file. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { bytesType } from "./work.mjs";

/** Answers with a standard Response around a web stream. */
export async function answerFile(path) {
  const { size } = await stat(path);
  const headers = { "content-type": bytesType, "content-length": String(size) };
  return new Response(Readable.toWeb(createReadStream(path)), { headers });
}
