/** Events with payload 2.0: HTTP APIs and function URLs. */
import type { EventRequest, Fields } from "./event-request.ts";
import {
  decodedPath,
  encodedPath,
  encodedQuery,
  eventBody,
  httpVersion,
  requestHeaders,
  singlePairs,
  stagePrefixes,
  type Values,
} from "./event-parts.ts";

interface HttpContext {
  readonly method: string;
  readonly protocol?: string;
  readonly sourceIp?: string;
}

/** As much of such an event as is read. */
export interface HttpApiEvent {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly cookies?: readonly string[];
  readonly headers?: Values;
  readonly requestContext: Fields & { readonly http: HttpContext };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** True for an event with payload 2.0. */
export function isHttpApiEvent(event: unknown): event is HttpApiEvent {
  const { rawPath, requestContext } = (event ?? {}) as Partial<HttpApiEvent>;
  return typeof rawPath === "string" && typeof requestContext?.http?.method === "string";
}

/** An HTTP API decodes `rawPath`, a function URL does not; both leave the query alone. */
export function readHttpApiEvent(event: HttpApiEvent, basePath: string): EventRequest {
  const { requestContext: context, rawPath } = event;
  const { http, domainName, stage } = context;
  const domain = typeof domainName === "string" ? domainName : undefined;
  const prefixes = [basePath, ...stagePrefixes(stage, domain)];
  const isFunctionUrl = domain?.includes(".lambda-url.") === true;
  const body = eventBody(event.body, event.isBase64Encoded);
  return {
    shape: "payload-2",
    method: http.method,
    httpVersion: httpVersion(http.protocol),
    // There is no other way in.
    scheme: "https",
    ...(isFunctionUrl ? encodedPath(rawPath, prefixes) : decodedPath(rawPath, prefixes)),
    queryString: encodedQuery(event.rawQueryString ?? ""),
    headers: requestHeaders(pairsOf(event), body),
    client: http.sourceIp === undefined ? undefined : [http.sourceIp, 0],
    server: domain === undefined ? undefined : [domain, 443],
    body,
  };
}

/** Cookies stand beside the headers. */
function* pairsOf({ headers, cookies = [] }: HttpApiEvent): Generator<readonly [string, string]> {
  for (const pair of singlePairs(headers)) {
    if (cookies.length === 0 || pair[0].toLowerCase() !== "cookie") yield pair;
  }
  if (cookies.length > 0) yield ["cookie", cookies.join("; ")];
}
