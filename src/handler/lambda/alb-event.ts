/** Events of Application Load Balancers. */
import { isIpv4, isIpv6 } from "../../http/host.ts";
import { getHeader } from "../../http/headers.ts";
import type { ClientAddress, Headers } from "../../pagi/scope.ts";
import type { EventRequest } from "./event-request.ts";
import {
  encodedPath,
  encodedQuery,
  eventBody,
  multiPairs,
  type MultiValues,
  requestHeaders,
  singlePairs,
  type Values,
} from "./event-parts.ts";

/** As much of such an event as is read. */
export interface AlbEvent {
  readonly httpMethod: string;
  readonly path: string;
  readonly headers?: Values;
  readonly multiValueHeaders?: MultiValues;
  readonly queryStringParameters?: Values;
  readonly multiValueQueryStringParameters?: MultiValues;
  readonly requestContext: { readonly elb: object };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** True for an event of a load balancer. */
export function isAlbEvent(event: unknown): event is AlbEvent {
  const { httpMethod, requestContext } = (event ?? {}) as Partial<AlbEvent>;
  return typeof httpMethod === "string" && typeof requestContext?.elb === "object";
}

/** The path and the query come as they were sent. Who the client is and how it came is in fields of the balancer. */
export function readAlbEvent(event: AlbEvent, basePath: string): EventRequest {
  const { multiValueHeaders } = event;
  const body = eventBody(event.body, event.isBase64Encoded);
  const pairs = !multiValueHeaders ? singlePairs(event.headers) : multiPairs(multiValueHeaders);
  const headers = requestHeaders(pairs, body);
  return {
    shape: !multiValueHeaders ? "alb" : "alb-multi",
    method: event.httpMethod,
    httpVersion: "1.1",
    // The balancer sets the field itself, whatever the client sent.
    scheme: getHeader(headers, "x-forwarded-proto") === "https" ? "https" : "http",
    ...encodedPath(event.path, [basePath]),
    queryString: queryOf(event),
    headers,
    client: clientOf(headers),
    server: undefined,
    body,
  };
}

function queryOf({ multiValueQueryStringParameters, queryStringParameters }: AlbEvent): string {
  const pairs = multiValueQueryStringParameters
    ? multiPairs(multiValueQueryStringParameters)
    : singlePairs(queryStringParameters);
  return encodedQuery([...pairs].map(([name, value]) => `${name}=${value}`).join("&"));
}

/** The last address is the one that the balancer has added; those before it are the client's own words. */
function clientOf(headers: Headers): ClientAddress | undefined {
  const last = getHeader(headers, "x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  if (isIpv4(last) || isIpv6(last)) return [last, 0];
  // With "client port preservation" the port comes too.
  const [, host = "", port = "0"] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(last) ?? [];
  return isIpv4(host) || isIpv6(host) ? [host, Number(port)] : undefined;
}
