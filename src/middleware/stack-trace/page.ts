/** The HTML page, made by youch: an optional peer that is loaded at the first error and never before. */
import type { ExchangeScope } from "../../pagi/scope.ts";

const SECRET = /^(?:cookie|authorization|proxy-authorization)$/;

/** Renders the page. Rejects when youch is not installed. */
export async function renderPage(error: unknown, scope: ExchangeScope): Promise<string> {
  const { Youch } = await import("youch");
  const query = scope.queryString === "" ? "" : `?${scope.queryString}`;
  const request = {
    url: `${scope.rawPath}${query}`,
    method: scope.type === "websocket" ? "GET" : scope.method,
    headers: Object.fromEntries(
      scope.headers.map(([name, value]) => [name, SECRET.test(name) ? "(hidden)" : value]),
    ),
  };
  return await new Youch().toHTML(error, { title: "The app threw", request });
}
