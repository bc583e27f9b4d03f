/**
 * Lesson 9: WebSockets with `ws`, on a server of node that never listens. Everything that attaches to such a server
 * works on Tack: Socket.IO, too, and the WebSockets of Fastify and Nest.
 *
 *     npx tackup examples/09-websocket.ts
 *     npx wscat -c ws://127.0.0.1:8225/
 */
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { fromNode, type App } from "tack";

const server = createServer((_request, response) => response.end("Connect with a WebSocket\n"));
const sockets = new WebSocketServer({ server });

sockets.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(`You said: ${String(data)}`));
});

const app: App = fromNode(server, {
  // The server begins to stop: say goodbye before the deadline cuts the connections.
  stopping: () => sockets.clients.forEach((socket) => socket.close(1012, "restart")),
});

export default app;
