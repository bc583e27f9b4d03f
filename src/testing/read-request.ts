/** Reads a test request the way the server reads one from the wire, so that both clients mean the same. */
import { Buffer } from "node:buffer";
import { HeadRecord, NONE } from "../protocol/http1/head-record.ts";
import { readHead } from "../protocol/http1/read-head.ts";
import { checkHost } from "../server/host-check.ts";
import type { ClientRequest } from "./client.ts";
import { requestText } from "./request-text.ts";

/** A request as its server understands it. */
export interface ReadRequest {
  readonly record: HeadRecord;
  /** The head as text. */
  readonly head: string;
  /** The declared length of the body. */
  readonly length: number | undefined;
  readonly waitsForContinue: boolean;
}

const HOST = "localhost";
const BOUND = 1_000_000;
const LIMITS = { maxRequestLineBytes: BOUND, maxHeaderBytes: BOUND, maxHeaderCount: BOUND };

/** Throws a `ProtocolError` for a request that the server would refuse. */
export function readRequest(request: ClientRequest): ReadRequest {
  const { head } = requestText(request, HOST);
  const bytes = Buffer.from(head, "latin1");
  const record = new HeadRecord();
  readHead(record, bytes, bytes.length, LIMITS);
  const length = record.contentLength === NONE ? undefined : record.contentLength;
  checkHost(record, head);
  return { record, head, length, waitsForContinue: record.wantsContinue };
}
