/** The test kit: clients for apps and servers, and the conformance suite for servers. */
export { type AdapterCase, adapterSuite, type AdapterSuiteOptions } from "./adapter-suite.ts";
export type { RoundTrip } from "./adapter-case.ts";
export { type Loss, LOSSES } from "./adapter-loss.ts";
export { type AppClient, createClient, type LoggedLine } from "./app-client.ts";
export type { AppExchange, LoggedEvent } from "./app-exchange.ts";
export type { AppClientOptions } from "./app-setting.ts";
export { BodyScript } from "./body-script.ts";
export { CAPABILITIES, type Capability, type Lack } from "./capability.ts";
export {
  type Client,
  type ClientExchange,
  type ClientHead,
  type ClientRequest,
  ClientResponse,
  type Informational,
  type RequestBody,
} from "./client.ts";
export { createHttp2Client } from "./http2-client.ts";
export { createLiveClient, type LiveClient } from "./live-client.ts";
export { LiveConnection } from "./live-connection.ts";
export { ResponseReader, type SeenHead } from "./response-reader.ts";
export { serverSuite, type SuiteOptions } from "./server-suite.ts";
export type { StartedServer, StartOptions, StartServer, SuiteCase, SuiteGroup } from "./suite-case.ts";
export type { SuiteLimits } from "./suite-limits.ts";
export { loadWireCases, parseWireCase, type WireCase } from "./wire-case.ts";
export { cutWireCase, type Feed, runWireCase } from "./wire-run.ts";
