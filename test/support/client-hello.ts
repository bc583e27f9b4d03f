/** The first message of a TLS client. */
import { Duplex } from "node:stream";
import { connect, type ConnectionOptions } from "node:tls";

/** What Node's client says first. */
export function helloOf(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        resolve(chunk);
        done();
      },
    });
    connect({ socket: wire, ...options }).on("error", () => undefined);
  });
}
