/** The scope of an HTTP/2 request. */
import type { Exchange } from "../../exchange/exchange.ts";
import { decodePath } from "../../http/path.ts";
import { readPriority } from "../../http/priority.ts";
import type { Extensions } from "../../pagi/extension.ts";
import type { Headers, HttpScope } from "../../pagi/scope.ts";
import type { Http2Head } from "../../protocol/http2/request-head.ts";
import { type ScopeSource, ServerScope } from "../server-scope.ts";

/** One per request; the list of headers is made when asked for. */
export class Http2Scope extends ServerScope implements HttpScope {
  readonly type = "http";
  readonly httpVersion = "2";
  readonly method: string;
  readonly path: string;
  readonly rawPath: string;
  readonly queryString: string;
  private readonly head: Http2Head;

  constructor(head: Http2Head, source: ScopeSource, exchange: Exchange) {
    super(source, exchange);
    const { target } = head;
    const mark = target.indexOf("?");
    this.method = head.method;
    this.rawPath = mark === -1 ? target : target.slice(0, mark);
    this.queryString = mark === -1 ? "" : target.slice(mark + 1);
    this.path = decodePath(this.rawPath);
    if (source.rootPath !== "" && this.rawPath !== "*") this.rawPath = source.rootPath + this.rawPath;
    this.head = head;
  }

  protected readHeaders(): Headers {
    return this.head.fields();
  }

  /** EXT-PRIO-1. */
  protected override offer(extensions: Extensions): Extensions {
    const values = this.headers.filter(([name]) => name === "priority").map(([, value]) => value);
    return { ...extensions, priority: readPriority(values.length === 0 ? undefined : values.join(",")) };
  }
}
