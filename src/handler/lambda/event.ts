/** What an event of a gateway says of a request, whichever gateway it was. */
import { UsageError } from "../../http/errors.ts";
import { isAlbEvent, readAlbEvent } from "./alb-event.ts";
import type { EventRequest, Fields } from "./event-request.ts";
import { isHttpApiEvent, readHttpApiEvent } from "./http-api-event.ts";
import { isRestEvent, readRestEvent } from "./rest-event.ts";

/** Reads an event; `basePath` is a prefix that its path may begin with. Throws a `UsageError` that names what is supported for everything else. */
export function readEvent(event: unknown, basePath: string): EventRequest {
  if (isHttpApiEvent(event)) return readHttpApiEvent(event, basePath);
  if (isAlbEvent(event)) return readAlbEvent(event, basePath);
  if (isRestEvent(event)) return readRestEvent(event, basePath);
  throw new UsageError(
    `lambda: not an HTTP request but ${describe(event)}; supported are events of API Gateway (REST APIs, HTTP APIs ` +
      "with payload 1.0 or 2.0), of function URLs and of Application Load Balancers",
  );
}

function describe(event: unknown): string {
  if (typeof event !== "object" || event === null) return event === null ? "null" : `a ${typeof event}`;
  const context = (event as { readonly requestContext?: Fields }).requestContext;
  if (context?.["connectionId"] !== undefined) return "an event of a WebSocket API";
  const keys = Object.keys(event).slice(0, 8);
  return keys.length === 0 ? "an empty event" : `an event with the keys ${keys.join(", ")}`;
}
