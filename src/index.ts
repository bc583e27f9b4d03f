/** The package root: the types of both forms, app algebra, and the ways in. */
export type * from "./pagi/app.ts";
export type * from "./pagi/connection.ts";
export type * from "./pagi/event.ts";
export type * from "./pagi/extension.ts";
export type * from "./pagi/scope.ts";
export type * from "./psgi/app.ts";
export type * from "./psgi/env.ts";
export type * from "./psgi/response.ts";
export { derive } from "./compose/derive.ts";
export { filterResponse } from "./compose/filter-response.ts";
export { guard } from "./compose/guard.ts";
export { reply } from "./compose/reply.ts";
export { HttpError, isTackError } from "./http/errors.ts";
