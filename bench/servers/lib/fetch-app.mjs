/** One handler in the fetch form, for every server that takes one. */
import * as work from "./work.mjs";

const text = { headers: { "content-type": work.textType } };
const json = { headers: { "content-type": work.jsonType } };
const bytes = { headers: { "content-type": work.bytesType } };

/** The body of `GET /stream`, made when it is asked for. */
export function streamOfPieces() {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(work.chunk);
      if (++sent === work.chunkCount) controller.close();
    },
  });
}

/**
 * Makes the handler.
 * @param {typeof Response} Response The class to answer with: the standard one or a server's own.
 * @param {(path: string) => Response | Promise<Response>} answerFile Answers with a whole file.
 */
export function fetchApp(Response, answerFile) {
  return async function handle(request) {
    const path = request.url.slice(request.url.indexOf("/", 8));
    if (path === "/") return new Response(work.hello, text);
    if (path === "/json") return new Response(JSON.stringify(work.record()), json);
    if (path === "/echo") return new Response(await request.arrayBuffer(), bytes);
    if (path === "/stream") return new Response(streamOfPieces(), bytes);
    const file = work.files.get(path);
    return file === undefined ? new Response(null, { status: 404 }) : answerFile(file);
  };
}
