/** The HTML page, made by youch: an optional peer that is loaded at the first error and never before. */
import type { ExchangeScope, Headers } from "../../pagi/scope.ts";

/** Renders the page. Rejects when youch is not installed. */
export async function renderPage(error: unknown, scope: ExchangeScope): Promise<string> {
  const { Youch } = await import("youch");
  const query = scope.queryString === "" ? "" : `?${scope.queryString}`;
  const method = scope.type === "websocket" ? "GET" : scope.method;
  const request = { url: `${scope.rawPath}${query}`, method, headers: shown(scope.headers) };
  return await new Youch().toHTML(error, { title: "The app threw", request });
}

/** Pages end up in screenshots and chats: credentials do not. Cookies keep their names. */
function shown(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    headers.map(([name, value]) => {
      if (name === "cookie") return [name, value.replaceAll(/=[^;]*/g, "=(hidden)")];
      return [name, name.endsWith("authorization") ? "(hidden)" : value];
    }),
  );
}
