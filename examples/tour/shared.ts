/** What stands around every app of the tour, whatever it is written with: written once. */
import { filterResponse, reply, wrap, type App, type Middleware } from "tack";
import { eventStream } from "tack/app/event-stream";
import { accessLog } from "tack/middleware/access-log";
import { requestId } from "tack/middleware/request-id";
import { Hub } from "tack/pubsub/hub";

const MOST_LINES = 20;
const lines: string[] = [];
const fresh = new Hub<string>();

/** The log while it is written: the lines so far, then each as it comes. A client that is slow misses some. */
const live = eventStream(async (stream) => {
  const coming = await fresh.subscribe("log", { whenSlow: "dropOldest" });
  await stream.sendAll(stream.lastEventId === undefined ? lines : [], (line) => ({ data: line, id: "seen" }));
  await stream.sendAll(coming, (line) => ({ data: line, id: "seen" }));
});

/** The last lines of the access log; as a stream for those who ask for one. */
export const log: App = async (scope, receive, send) => {
  if (scope.type === "sse") return live(scope, receive, send);
  const text = lines.length === 0 ? "No request has ended yet.\n" : `${lines.join("\n")}\n`;
  return reply(200, { "cache-control": "no-store" }, text)(scope, receive, send);
};

/** One page for every error, with the id that the log has too. What the framework would say stays inside. */
const errorPage: Middleware = (app) =>
  filterResponse(app, (head, scope) => {
    if (head.status < 500) return undefined;
    const page = `Something broke on our side. Tell us this id: ${scope.requestId}\n`;
    return {
      maxBytes: 1 << 20,
      whole: (_body, edited) => {
        edited.set("content-type", "text/plain; charset=utf-8");
        return page;
      },
    };
  });

function sink(line: string): void {
  lines.push(line);
  if (lines.length > MOST_LINES) lines.shift();
  void fresh.publish("log", line);
}

/** Puts it around an app: the log outermost, then the id, so that the page for an error knows it. */
export function shared(app: App): App {
  const logged = accessLog({ sink, format: '%{x-request-id}o "%r" %s %b' });
  return wrap(app, logged, requestId(), errorPage);
}
