/** `ws` on node:http, used as its manual shows: echoes, and tells everybody when one says "tell". */
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { news, port } from "./news.mjs";

const server = createServer((_request, response) => response.end("ok"));
const sockets = new WebSocketServer({ server });

sockets.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (data, isBinary) => {
    if (isBinary) return socket.send(data);
    for (const client of sockets.clients) client.send(news);
  });
});

server.listen(port, "127.0.0.1", 4096, () => process.send("listening"));
