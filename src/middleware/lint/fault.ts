/** Builds the errors of lint: the rule, what was wrong and where, and what to do. */
import { ContractError } from "../../http/errors.ts";
import { pagiAdvice, type PagiRule } from "./rules.ts";
import { psgiAdvice, type PsgiRule } from "./psgi-rules.ts";

/**
 * A broken rule of the message form. `what` says what was wrong and where.
 *
 * @example
 * throw pagiFault("HTTP-8", "http.response.start has status 42");
 */
export function pagiFault(rule: PagiRule, what: string): ContractError {
  return new ContractError(rule, `${what}. ${pagiAdvice[rule]} (spec/PAGI.md).`);
}

/**
 * A broken rule of the request/response form.
 *
 * @example
 * throw psgiFault("RES-1", "the status is 42");
 */
export function psgiFault(rule: PsgiRule, what: string): ContractError {
  return new ContractError(rule, `${what}. ${psgiAdvice[rule]} (spec/PSGI.md).`);
}

/** A value as a message shows it: short, and safe for a log. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}
