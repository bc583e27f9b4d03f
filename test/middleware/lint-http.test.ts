/** Apps that break a rule of the http response. */
import { appReturns, appSends } from "../support/lint.js";
import { httpScope } from "../support/scope.js";

const start = { type: "http.response.start", status: 200 };
const part = { type: "http.response.body", body: "Hello", more: true };
const end = { type: "http.response.body", body: "Hello" };
const fields = (...headers: readonly unknown[]) => ({ ...start, headers });
const body = (rest: Readonly<Record<string, unknown>>) => ({ type: "http.response.body", ...rest });
const handle = { read: async () => ({ bytesRead: 0 }) };

appSends("APP-13", "an event is an object", ["http.response.start"]);
appSends("APP-13", "an event has a type", [{ status: 200 }]);
appSends("APP-13", "an event of another scope is refused", [{ type: "sse.start" }]);
appSends("APP-13", "an unknown response event is refused", [{ type: "http.response.strat" }]);
appSends("APP-13", "trailers is a boolean", [{ ...start, trailers: 1 }]);

appSends("HEAD-1", "headers are an array", [{ ...start, headers: { "content-type": "text/plain" } }]);
appSends("HEAD-1", "a header is a pair", [fields(["content-type", "text/plain", "x"])]);
appSends("HEAD-1", "a header value is a string", [fields(["content-length", 5])]);
appSends("HEAD-2", "a header name is lower case", [fields(["Content-Type", "text/plain"])]);
appSends("HEAD-2", "a header name is a token", [fields(["x y", "1"])]);
appSends("HEAD-3", "a header value is a byte string", [fields(["x-price", "5 \u20AC"])]);
appSends("HEAD-4", "a header value has no line break", [fields(["location", "/\r\nset-cookie: a=1"])]);
appSends("HEAD-4", "a header value has no NUL", [fields(["x-a", "a\0b"])]);
appSends("HEAD-4", "a trailer value has no line break", [
  { ...start, trailers: true },
  end,
  { type: "http.response.trailers", headers: [["x-sum", "1\n"]] },
]);
appSends("HEAD-12", "content-length appears once", [
  fields(["content-length", "5"], ["content-length", "5"]),
]);
appSends("HEAD-12", "content-length is digits", [fields(["content-length", "+5"])]);
appSends("HEAD-12", "content-length can be counted", [fields(["content-length", "99999999999999999999"])]);

appSends("HTTP-7", "the start comes before the body", [end]);
appSends("HTTP-7", "the start comes before trailers", [{ type: "http.response.trailers" }]);
appSends("HTTP-7", "the start is sent once", [start, start]);
appSends("HTTP-8", "a status has three digits", [{ ...start, status: 42 }]);
appSends("HTTP-8", "a status is a number", [{ ...start, status: "200" }]);
appSends("HTTP-8", "an interim status has its own event", [{ ...start, status: 103 }]);
appSends("HTTP-9", "a reason phrase has no line break", [{ ...start, statusText: "OK\r\nx: y" }]);
appSends("HTTP-9", "a reason phrase is a byte string", [{ ...start, statusText: "\u20AC" }]);
appSends("HTTP-10", "a body is inline or a file", [start, body({ body: "x", file: "/etc/hosts" })]);
appSends("HTTP-10", "a body is one file", [start, body({ file: "/etc/hosts", handle })]);
appSends("HTTP-11", "a body is text or bytes", [start, body({ body: [1, 2] })]);
appSends("HTTP-11", "a body of null is refused", [start, body({ body: null })]);
appSends("HTTP-11", "more is a boolean", [start, body({ body: "x", more: 1 })]);
appSends("HTTP-12", "a file is an absolute path", [start, body({ file: "hosts" })]);
appSends("HTTP-12", "a handle can be read", [start, body({ handle: {} })]);
appSends("HTTP-12", "an offset is a count", [start, body({ file: "/etc/hosts", offset: -1 })]);
appSends("HTTP-12", "a length comes with a file only", [start, body({ body: "x", length: 1 })]);
appSends("HTTP-13", "a file follows no inline piece", [start, part, body({ file: "/etc/hosts" })]);
appSends("HTTP-13", "a file is the whole body", [start, body({ handle, more: true })]);
appSends("HTTP-17", "trailers are promised", [start, part, { type: "http.response.trailers" }]);
appSends("HTTP-17", "trailers come after the last piece", [
  { ...start, trailers: true },
  part,
  { type: "http.response.trailers" },
]);
appSends("HTTP-17", "nothing but trailers follows the last piece", [{ ...start, trailers: true }, end, end]);
appSends("HTTP-18", "trailers and content-length exclude each other", [
  { ...fields(["content-length", "5"]), trailers: true },
]);
appSends("HTTP-19", "a trailer does not frame the content", [
  { ...start, trailers: true },
  end,
  { type: "http.response.trailers", headers: [["content-length", "5"]] },
]);
appSends("HTTP-21", "nothing follows the last piece", [start, end, end]);
appSends("HTTP-21", "nothing follows a file", [start, body({ file: "/etc/hosts" }), end]);
appSends("HTTP-21", "nothing follows the trailers", [
  { ...start, trailers: true },
  end,
  { type: "http.response.trailers" },
  { type: "http.response.trailers" },
]);
appSends("HTTP-22", "a body does not exceed content-length", [fields(["content-length", "4"]), end]);
appSends("HTTP-22", "a body is counted in bytes of UTF-8", [
  fields(["content-length", "1"]),
  body({ body: "\u20AC" }),
]);
appSends("HTTP-22", "a body does not fall short of content-length", [
  fields(["content-length", "12"]),
  part,
  end,
]);
appSends("HTTP-23", "a 204 has no bytes", [{ ...start, status: 204 }, end]);
appSends("HTTP-23", "a 304 has no file", [{ ...start, status: 304 }, body({ file: "/etc/hosts" })]);
appSends("HTTP-23", "a 204 has no content-length", [{ ...fields(["content-length", "0"]), status: 204 }]);

appReturns("HTTP-24", "a started response is finished", [start]);
appReturns("HTTP-24", "a streamed response is finished", [start, part]);
appReturns("HTTP-24", "promised trailers are sent", [{ ...start, trailers: true }, end]);
appReturns("HTTP-25", "a request is answered", []);

const hints = { type: "http.response.informational", status: 103, headers: [["link", "</a.css>"]] };
const hinting = () => httpScope({ extensions: { earlyHints: {} } });
const flushing = () => httpScope({ extensions: { fullflush: {} } });

appSends("EXT-2", "early hints are offered first", [hints]);
appSends("EXT-2", "a flush is offered first", [start, { type: "http.fullflush" }]);
appSends("EXT-HINT-1", "early hints come before the start", [start, hints], hinting());
appSends("EXT-HINT-2", "an interim status is neither 100 nor 101", [{ ...hints, status: 101 }], hinting());
appSends("EXT-HINT-2", "an interim status is below 200", [{ ...hints, status: 200 }], hinting());
appSends("EXT-FLUSH-1", "a flush comes after the start", [{ type: "http.fullflush" }], flushing());
