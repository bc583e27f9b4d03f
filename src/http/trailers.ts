/** Trailer fields (RFC 9110 §6.5). */

/** Names that frame, route or describe the content and so have no place after it (RFC 9110 §6.5.1). */
export const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "host",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
]);
