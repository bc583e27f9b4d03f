/** The routes of the table as Connect middleware, for frameworks that are little more than a chain of it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import bodyParser from "express";
import compression from "compression";
import multer from "multer";
import { events, hang, long, stream, swallow } from "./node-parts.js";
import { LONG, planned, summary, type Tools } from "./subject.js";

export type Next = (error?: unknown) => void;

/** A request as middleware has dressed it. */
export interface Dressed extends IncomingMessage {
  body?: unknown;
  file?: { readonly originalname: string; readonly buffer: Buffer };
}

export type Middleware = (request: Dressed, response: ServerResponse, next: Next) => unknown;

const asMiddleware = (given: unknown): Middleware => given as Middleware;

/** Middleware by the path that it stands at. */
export function standing(tools: Tools): Readonly<Record<string, Middleware>> {
  return {
    "/squeezed": asMiddleware(compression({ threshold: 0 })),
    "/squeezed-stream": asMiddleware(compression({ threshold: 0 })),
    "/files": asMiddleware(bodyParser.static(tools.folder)),
    "/json": asMiddleware(bodyParser.json()),
    "/limited": asMiddleware(bodyParser.json({ limit: 1000 })),
    "/form": asMiddleware(bodyParser.urlencoded({ extended: true })),
    "/upload": asMiddleware(multer().single("file")),
  };
}

/** Handlers by method and path. */
export function handlers(tools: Tools): Readonly<Record<string, Middleware>> {
  return {
    "GET /cookies": (request, response) => {
      const c = /\bc=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
      response.setHeader("set-cookie", ["a=1; Path=/", "b=2; HttpOnly"]);
      response.end(c);
    },
    "GET /throw": () => {
      throw planned();
    },
    "GET /redirect": (_, response) => void response.writeHead(302, { location: "/elsewhere" }).end(),
    "GET /stream": (_, response) => void stream(response, tools),
    "GET /squeezed-stream": (_, response) => void stream(response, tools, "squeezed-stream"),
    "GET /squeezed": (_, response) => long(response),
    "GET /events": (_, response) => void events(response, tools),
    "GET /hang": (_, response) => hang(response, tools),
    "POST /swallow": (request) => swallow(request, tools),
    "POST /json": (request, response) => sendJson(response, request.body),
    "POST /limited": (_, response) => void response.end(LONG),
    "POST /form": (request, response) => sendJson(response, request.body),
    "POST /upload": (request, response) => {
      const { originalname, buffer } = request.file!;
      sendJson(response, summary(originalname, buffer, (request.body as { title: unknown }).title));
    },
  };
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}
