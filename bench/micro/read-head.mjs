/**
 * What reading a request head costs: the strict scan, its text, the headers made from that, and the two ways to
 * the text.
 * Run: npm run build && node bench/micro/read-head.mjs
 */
import { HeadRecord } from "../../dist/protocol/http1/head-record.js";
import { readFields } from "../../dist/protocol/http1/read-fields.js";
import { readHead } from "../../dist/protocol/http1/read-head.js";
import { byteTools } from "../../dist/server/byte-tools.js";
import { resolveLimits } from "../../dist/server/limits.js";
import { browserHeaders, fewHeaders, measure } from "./measure.mjs";

const limits = resolveLimits();
const record = new HeadRecord();

console.log(`Node ${process.versions.node}`);
for (const headers of [fewHeaders, browserHeaders]) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const bytes = Buffer.from(`GET /hello?name=value HTTP/1.1\r\n${lines}\r\n`);
  const name = `${headers.length} headers, ${bytes.length} bytes`;
  await measure(`${name}: readHead`, () => readHead(record, bytes, bytes.length, limits));
  await measure(`${name}: text, direct slice`, () => byteTools.text(bytes, 0, bytes.length));
  await measure(`${name}: text, toString("latin1")`, () => bytes.toString("latin1", 0, bytes.length));
  const text = byteTools.text(bytes, 0, bytes.length);
  await measure(`${name}: readFields, when asked`, () => readFields(text, record.fieldsStart, false));
}
