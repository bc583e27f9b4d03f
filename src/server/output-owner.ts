/** What lies above the output of an HTTP/1 connection. */

/** What the output needs of its connection. */
export interface OutputOwner {
  /** True when this response may be followed by another request. */
  mayKeepAlive(): boolean;
  /** The response was written. */
  responseDone(): void;
  wantBody(): void;
  /** The rest of the connection is no HTTP. */
  upgraded(): void;
  cut(mustReset: boolean): void;
  /** True while requests are being taken from one read: whoever reads flushes in the end. */
  readonly isReading: boolean;
  /** True when the next request is already being answered. */
  readonly isAnsweringNext: boolean;
}
