/** A certificate of this machine for itself, for development: made once, kept, and made anew before it ends. */
import { randomBytes, X509Certificate, createPrivateKey } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../http/errors.ts";
import { makeCertificate } from "./make-certificate.ts";

const NAMES = ["localhost", "127.0.0.1", "::1"];
const DAY_MS = 86_400_000;
const VALID_DAYS = 365;
/** One that ends sooner is replaced. */
const LEAST_DAYS = 30;

/**
 * The file with certificate and key; makes it where it is missing, broken or about to expire. Only its owner may read
 * it. Throws a `UsageError` when it cannot be kept.
 *
 * @example
 * const running = await serve(app, { listen: ["https://:8443"], tls: { cert: selfSignedFile() } });
 */
export function selfSignedFile(folder: string = cacheFolder()): string {
  const path = join(folder, "self-signed.pem");
  if (isGood(path)) return path;
  const validTo = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const { cert, key } = makeCertificate({
    commonName: "localhost",
    organization: "Tack",
    names: NAMES,
    validTo,
  });
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Whole or not at all: another process may do the same.
    const draft = `${path}.${randomBytes(6).toString("hex")}`;
    writeFileSync(draft, cert + key, { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
  } catch (error) {
    throw new UsageError(`cannot keep a certificate in ${folder}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return path;
}

function isGood(path: string): boolean {
  try {
    const pem = readFileSync(path);
    const certificate = new X509Certificate(pem);
    const lasts = Date.parse(certificate.validTo) - Date.now() > LEAST_DAYS * DAY_MS;
    return lasts && certificate.checkPrivateKey(createPrivateKey(pem));
  } catch {
    return false;
  }
}

/** Where programs keep what they can make again. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "tack", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "tack");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "tack");
}
