/** Packages that bring no types: as much as the tests use. */
declare module "polka" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface PolkaRequest extends IncomingMessage {
    params: Record<string, string>;
    query: Record<string, string>;
    body?: unknown;
  }
  export type PolkaHandler = (
    request: PolkaRequest,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ) => unknown;
  export interface Polka {
    handler(request: IncomingMessage, response: ServerResponse): void;
    use(...handlers: (string | PolkaHandler)[]): this;
    get(path: string, ...handlers: PolkaHandler[]): this;
    head(path: string, ...handlers: PolkaHandler[]): this;
    post(path: string, ...handlers: PolkaHandler[]): this;
    listen(...rest: unknown[]): this;
  }
  export default function polka(options?: object): Polka;
}
declare module "express4" {
  export { default } from "express";
}
declare module "@koa/multer" {
  import type { Middleware } from "koa";

  export default function multer(): { single(field: string): Middleware };
}
