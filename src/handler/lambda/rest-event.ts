/** Events with payload 1.0: REST APIs, and HTTP APIs that were told to use it. */
import type { EventRequest, Fields } from "./event-request.ts";
import {
  decodedPath,
  encodeQueryWord,
  encodedPath,
  type EventPath,
  eventBody,
  httpVersion,
  multiPairs,
  type MultiValues,
  requestHeaders,
  singlePairs,
  stagePrefixes,
  type Values,
} from "./event-parts.ts";

/** As much of such an event as is read. */
export interface RestEvent {
  readonly version?: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly headers?: Values | null;
  readonly multiValueHeaders?: MultiValues | null;
  readonly queryStringParameters?: Values | null;
  readonly multiValueQueryStringParameters?: MultiValues | null;
  readonly requestContext: Fields;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** True for an event with payload 1.0. */
export function isRestEvent(event: unknown): event is RestEvent {
  const { httpMethod, path, requestContext } = (event ?? {}) as Partial<RestEvent>;
  return typeof httpMethod === "string" && typeof path === "string" && typeof requestContext === "object";
}

/** The query comes decoded and is encoded anew: the order of unlike names, and `a` beside `a=`, are lost. */
export function readRestEvent(event: RestEvent, basePath: string): EventRequest {
  const { requestContext: context, multiValueHeaders, headers } = event;
  const { domainName } = context;
  const { sourceIp } = (context["identity"] ?? {}) as { readonly sourceIp?: string };
  const body = eventBody(event.body, event.isBase64Encoded);
  const hasLists = multiValueHeaders !== null && multiValueHeaders !== undefined;
  return {
    shape: "payload-1",
    method: event.httpMethod,
    httpVersion: httpVersion(context["protocol"]),
    // There is no other way in.
    scheme: "https",
    ...pathOf(event, basePath),
    queryString: queryOf(event),
    headers: requestHeaders(hasLists ? multiPairs(multiValueHeaders) : singlePairs(headers), body),
    client: sourceIp === undefined ? undefined : [sourceIp, 0],
    server: typeof domainName === "string" ? [domainName, 443] : undefined,
    body,
  };
}

/** A REST API leaves escapes alone and cuts the stage off; an HTTP API decodes and keeps the stage. */
function pathOf({ path, version, requestContext }: RestEvent, basePath: string): EventPath {
  const { stage, domainName, path: whole, customDomain } = requestContext;
  const mapping = (customDomain as { readonly basePathMatched?: string } | undefined)?.basePathMatched;
  const prefixes = [basePath, ...(mapping === undefined ? [] : [`/${mapping}`])];
  if (version === "1.0") return decodedPath(path, [...prefixes, ...stagePrefixes(stage, domainName)]);
  // What the client asked for is in the context.
  const isCut = typeof whole === "string" && whole.length > path.length && whole.endsWith(path);
  const cut = isCut ? whole.slice(0, whole.length - path.length) : "";
  return encodedPath(cut + path, [...prefixes.map((prefix) => cut + prefix), cut]);
}

function queryOf({ multiValueQueryStringParameters, queryStringParameters }: RestEvent): string {
  const pairs = multiValueQueryStringParameters
    ? multiPairs(multiValueQueryStringParameters)
    : singlePairs(queryStringParameters);
  return [...pairs].map((pair) => pair.map(encodeQueryWord).join("=")).join("&");
}
