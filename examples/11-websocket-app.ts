/**
 * Lesson 11: a WebSocket of one's own, through the same middleware as everything else. A room that passes on what is said
 * in it; whoever does not read is waited for by nobody else, since each send is paced by its own client.
 *
 *     npx tackup examples/11-websocket-app.ts
 *     npx wscat -c ws://127.0.0.1:8225/?name=alice
 */
import { websocket } from "tack/app/websocket";
import type { ServerWebSocket } from "tack/object/websocket";

const room = new Set<ServerWebSocket>();

export default websocket(async (socket, scope) => {
  const name = new URLSearchParams(scope.queryString).get("name");
  if (name === null) return socket.refuse(400, [["content-type", "text/plain"]], "Say who you are: ?name=\n");
  await socket.accept();
  room.add(socket);
  try {
    for await (const message of socket) {
      for (const other of room) void other.json({ name, said: String(message) });
    }
  } finally {
    room.delete(socket);
  }
});
