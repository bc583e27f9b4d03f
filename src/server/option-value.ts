/** Turns what a person wrote, in a flag, a variable or a file, into the value an option holds. */
import { UsageError } from "../http/errors.ts";
import type { Option } from "./option.ts";

/** Any value an option can hold. */
export type OptionValue = string | number | boolean | readonly string[];

const SWITCH_WORDS: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  yes: true,
  on: true,
  0: false,
  false: false,
  no: false,
  off: false,
};

/**
 * Reads text as the option's type. `source` names where it stood, for the message of the `UsageError`.
 *
 * @example
 * readOptionText({ type: "number", group: "listen", help: "" }, "8225", "--port"); // 8225
 */
export function readOptionText(option: Option, text: string, source: string): OptionValue {
  if (option.type === "number")
    return readNumber(option, /^\d{1,15}$/.test(text) ? Number(text) : NaN, source, text);
  if (option.type === "switch")
    return SWITCH_WORDS[text.toLowerCase()] ?? refuse(source, "true or false", text);
  if (option.type === "texts") return text.split(/\s+/).filter((word) => word !== "");
  return readChoice(option, text, source);
}

/** Checks a value from a JSON file or from code against the option's type. Throws a `UsageError`. */
export function checkOptionValue(option: Option, value: unknown, source: string): OptionValue {
  if (option.type === "number") return readNumber(option, value, source, value);
  if (option.type === "switch")
    return typeof value === "boolean" ? value : refuse(source, "true or false", value);
  if (option.type === "text")
    return typeof value === "string" ? readChoice(option, value, source) : refuse(source, "text", value);
  if (typeof value === "string") return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  return refuse(source, "a list of texts", value);
}

function readNumber(option: Option, value: unknown, source: string, shown: unknown): number {
  const most = option.most ?? Number.MAX_SAFE_INTEGER;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
  return refuse(
    source,
    option.most === undefined ? "a whole number, 0 or more" : `a whole number from 0 to ${most}`,
    shown,
  );
}

function readChoice(option: Option, text: string, source: string): string {
  if (option.choices === undefined || option.choices.includes(text)) return text;
  return refuse(source, option.choices.join(" or "), text);
}

function refuse(source: string, wanted: string, got: unknown): never {
  throw new UsageError(`${source} wants ${wanted}, not ${JSON.stringify(got) ?? typeof got}`);
}
