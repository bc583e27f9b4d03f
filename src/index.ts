export type * from "./pagi/app.ts";
