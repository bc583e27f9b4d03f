/** What the examples in doc comments may take for granted: names every reader understands. */
import type strict from "node:assert/strict";
import type * as tack from "tack";
import type { Reply } from "../../src/compose/reply.ts";
import type { Running } from "../../src/server/handler.ts";
import type { ByteSource } from "../../src/testing/byte-source.ts";
import type { Client } from "../../src/testing/client.ts";
import type { LiveConnection } from "../../src/testing/live-connection.ts";

declare global {
  const app: tack.App;
  const scope: tack.HttpScope;
  const receive: tack.Receive;
  const send: tack.Send;
  const env: tack.PsgiEnv;
  const error: unknown;
  const upstream: string;
  const pages: tack.App;
  const api: tack.App;
  const status: tack.App;
  const admin: tack.App;
  const adminsOnly: tack.Middleware;
  const path: string;
  const first: tack.App;
  const second: tack.App;
  const assert: typeof strict;
  const client: Client;
  const connection: LiveConnection;
  const running: Running;
  const source: ByteSource;
  function check(scope: tack.ExchangeScope): Promise<Reply | string>;
  function isFresh(...facts: readonly unknown[]): boolean;
  function log(text: unknown): void;
  function use(value: unknown): void;
  function skipThisFrame(): void;
  function tooLarge(): void;
}
