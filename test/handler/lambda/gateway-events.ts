/** Events as the gateways make them of a request. */
import type { IncomingMessage } from "node:http";

/** Which gateway to be. */
export type Gateway = "rest" | "http" | "url" | "alb" | "alb-multi";

type Lists = Record<string, string[]>;

/** The event for a request whose body was read. */
export function eventFor(gateway: Gateway, request: IncomingMessage, body: Buffer): object {
  const [, authority, target = "/"] = /^(?:https?:\/\/([^/?]+))?(.*)$/.exec(request.url!)!;
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? "" : target.slice(mark + 1);
  const isText = (request.headers["content-type"] ?? "").startsWith("text/");
  const parts: Parts = {
    method: request.method!,
    protocol: `HTTP/${request.httpVersion}`,
    sourceIp: request.socket.remoteAddress!,
    path: path === "" ? "/" : path,
    query,
    lists: { ...listsOf(request.rawHeaders), ...(authority !== undefined && { host: [authority] }) },
    body:
      body.length === 0
        ? { isBase64Encoded: false }
        : { body: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText },
  };
  if (gateway === "rest") return restEvent(parts);
  return gateway === "http" || gateway === "url" ? payload2(gateway, parts) : albEvent(gateway, parts);
}

interface Parts {
  readonly method: string;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly path: string;
  readonly query: string;
  readonly lists: Lists;
  readonly body: { readonly body?: string; readonly isBase64Encoded: boolean };
}

function restEvent({ method, protocol, sourceIp, path, query, lists, body }: Parts): object {
  const parameters: Lists = {};
  for (const [name, value] of new URLSearchParams(query)) (parameters[name] ??= []).push(value);
  return {
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers: lastOf(lists),
    multiValueHeaders: lists,
    queryStringParameters: query === "" ? null : lastOf(parameters),
    multiValueQueryStringParameters: query === "" ? null : parameters,
    requestContext: {
      domainName: "x.execute-api.local",
      httpMethod: method,
      identity: { sourceIp },
      path,
      protocol,
      stage: "prod",
    },
    ...body,
  };
}

function payload2(gateway: "http" | "url", parts: Parts): object {
  const { method, protocol, sourceIp, path, query, lists, body } = parts;
  const { cookie, ...others } = lists;
  const rawPath = gateway === "url" ? path : decoded(path);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.flatMap((value) => value.split("; ")) }),
    headers: Object.fromEntries(Object.entries(others).map(([name, values]) => [name, values.join(",")])),
    requestContext: {
      domainName: gateway === "url" ? "x.lambda-url.local" : "x.execute-api.local",
      http: { method, path: rawPath, protocol, sourceIp },
      stage: "$default",
    },
    ...body,
  };
}

function albEvent(gateway: "alb" | "alb-multi", parts: Parts): object {
  const { method, sourceIp, path, query, lists, body } = parts;
  const parameters: Lists = {};
  for (const part of query === "" ? [] : query.split("&")) {
    const at = part.indexOf("=");
    const name = at === -1 ? part : part.slice(0, at);
    (parameters[name] ??= []).push(at === -1 ? "" : part.slice(at + 1));
  }
  lists["x-forwarded-for"] = [[...(lists["x-forwarded-for"] ?? []), sourceIp].join(", ")];
  lists["x-forwarded-proto"] = ["http"];
  const isMulti = gateway === "alb-multi";
  return {
    requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:local" } },
    httpMethod: method,
    path,
    ...(isMulti
      ? { multiValueQueryStringParameters: parameters, multiValueHeaders: lists }
      : { queryStringParameters: lastOf(parameters), headers: lastOf(lists) }),
    ...body,
  };
}

function listsOf(rawHeaders: readonly string[]): Lists {
  const lists: Lists = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    (lists[rawHeaders[index]!.toLowerCase()] ??= []).push(rawHeaders[index + 1]!);
  }
  return lists;
}

function lastOf(lists: Lists): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1)!]));
}

function decoded(path: string): string {
  const bytes = path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
