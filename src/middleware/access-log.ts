/** Writes one line for each exchange when it has ended, however it ended. */
import { checkOptions } from "../http/check-options.ts";
import type { Middleware, Send } from "../pagi/app.ts";
import { compileFormat } from "./access-log/format.ts";
import { Recorder } from "./access-log/record.ts";
import { watchTake } from "./access-log/watch-take.ts";

/** Where lines go and what they look like. */
export interface AccessLogOptions {
  /** Takes one line without its line break. What it throws or rejects with is dropped with the line. */
  readonly sink: (line: string) => unknown;
  /**
   * `common`, `combined`, `json`, or a format string with Apache's atoms.
   * @default "combined"
   */
  readonly format?: string;
}

/**
 * Logs http requests, event streams and WebSocket sessions when they end: after the last byte, and also
 * when the client left, a deadline passed or the app threw. Throws a `UsageError` for an unknown format.
 *
 * Atoms: `%h` client, `%l` and `%u` dashes, `%t` time in UTC (`%{iso}t`, `%{sec}t`, `%{msec}t`), `%r` request
 * line, `%m` method, `%U` path as sent, `%q` query with its mark, `%H` protocol, `%s` status, `%b` body bytes
 * or dash, `%B` body bytes, `%d` seconds with three decimals, `%D` microseconds, `%T` whole seconds
 * (`%{ms}T`, `%{us}T`), `%X` `X` when cut short and `+` when complete, `%v` and `%V` Host, `%p` port,
 * `%{Name}i` and `%{Name}o` request and response header, `%%`. Quotes and control characters are escaped.
 *
 * The status is 499 when the client left before a response, 101 when the app took the connection (`io`) of a request
 * with `Upgrade`: then nobody sees the bytes. Bytes are those the app gave to the server, as
 * payload: without chunk, event or frame marks, 0 for HEAD, a dash for a file whose length only the server
 * knows.
 *
 * @example
 * const logged = accessLog({ format: "json", sink: (line) => process.stdout.write(`${line}\n`) })(app);
 */
export function accessLog(options: AccessLogOptions): Middleware {
  checkOptions("accessLog", options, { sink: "function", format: "string" });
  const { sink, format = "combined" } = options;
  const write = safely(sink, compileFormat(format));
  return (app) => async (scope, receive, send) => {
    if (scope.type === "lifespan") return await app(scope, receive, send);
    const recorder = new Recorder(scope);
    void scope.connection.closed.then((reason) => write(recorder.end(reason)));
    const watched: Send = async (event) => {
      const before = recorder.sent(event);
      try {
        await send(event);
      } catch (error) {
        recorder.undo(before);
        throw error;
      }
    };
    try {
      await app(
        watchTake(scope, () => recorder.taken()),
        receive,
        watched,
      );
    } catch (error) {
      recorder.failed(error);
      throw error;
    }
  };
}

type Line = ReturnType<typeof compileFormat>;

function safely(sink: AccessLogOptions["sink"], line: Line): (record: Parameters<Line>[0]) => void {
  return (record) => {
    try {
      const written = sink(line(record));
      if (written instanceof Promise) written.catch(() => {});
    } catch {
      // A log that cannot be written is lost; the request it tells of is not.
    }
  };
}
