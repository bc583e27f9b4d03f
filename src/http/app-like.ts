/** What frameworks give, as far as types can tell it from anything else. Types only. */
import type { App } from "../pagi/app.ts";
import type { FetchObject } from "./fetch-handler.ts";

/** What an Express, Connect, Koa, Fastify, Nest, Polka or Feathers app has in common. */
export interface ListeningApp {
  listen(...args: never[]): unknown;
}

/** A hapi server, as far as its type is looked at. */
export interface HapiServer {
  readonly listener: object;
  initialize(): Promise<void>;
}

/** An Express router, as far as its type is looked at. */
export interface RouterWithStack {
  readonly stack: readonly unknown[];
  route(...args: never[]): unknown;
}

/** An app, or what a framework gives. */
export type AppLike = App | FetchObject | ListeningApp | HapiServer | RouterWithStack;
