/** Tack, message form: echoes, and tells everybody when one says "tell". */
import { standalone } from "tack/handler/standalone";
import { news, port } from "./news.mjs";

const everybody = new Set();
const tell = { type: "websocket.send", bytes: news };

async function app(scope, receive, send) {
  if (scope.type !== "websocket") throw new Error(`unsupported scope type: ${scope.type}`);
  await receive();
  await send({ type: "websocket.accept" });
  everybody.add(send);
  for (;;) {
    const event = await receive();
    if (event.type === "websocket.disconnect") break;
    if (event.bytes !== undefined) await send({ type: "websocket.send", bytes: event.bytes });
    else for (const other of everybody) void other(tell);
  }
  everybody.delete(send);
}

await standalone({ listen: [`http://127.0.0.1:${port}`], backlog: 4096 }).run(app);
process.send("listening");
