/** A chat: one room, every line to everybody, the last ones to whoever comes. */
import { websocket } from "tack/app/websocket";
import type { ServerWebSocket } from "tack/object/websocket";
import { Hub } from "tack/pubsub/hub";
import type { Subscription } from "tack/pubsub/subscription";

const MOST_REMEMBERED = 20;
const LONGEST = 500;
const room = new Hub<string>();
const recent: string[] = [];

function say(from: string, text: string): void {
  const line = JSON.stringify({ from, text: text.slice(0, LONGEST) });
  recent.push(line);
  if (recent.length > MOST_REMEMBERED) recent.shift();
  void room.publish("chat", line);
}

async function passOn(lines: Subscription<string>, socket: ServerWebSocket): Promise<void> {
  for await (const line of lines) if (!(await socket.send(line))) return;
}

export default websocket(async (socket, { queryString }) => {
  const name = new URLSearchParams(queryString).get("name")?.slice(0, 30) || "Somebody";
  await socket.accept();
  const lines = await room.subscribe("chat", { whenSlow: "dropOldest", capacity: 100 });
  for (const line of recent) void socket.send(line);
  const passing = passOn(lines, socket);
  try {
    for await (const message of socket) if (typeof message === "string") say(name, message);
  } finally {
    lines.close();
    await passing;
  }
});
