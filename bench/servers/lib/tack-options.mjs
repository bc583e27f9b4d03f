/** How each of Tack's servers is started: what production has, and the bench's keep-alive time. */
import { keepAliveSeconds, port } from "./work.mjs";

export const serverOptions = {
  listen: [`http://127.0.0.1:${port}`],
  keepAliveTimeoutMs: keepAliveSeconds * 1000,
};
