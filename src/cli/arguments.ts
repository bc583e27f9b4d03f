/** The words of the command line, read against the options table. */
import { parseArgs } from "node:util";
import { UsageError } from "../http/errors.ts";
import { flagOf, type OptionTable } from "../server/option.ts";
import { readOptionText, type OptionValue } from "../server/option-value.ts";
import { OPTION_TABLE } from "../server/options.ts";
import { suggest } from "./suggest.ts";

/** What was said on a command line: only what was said, no defaults. */
export interface Arguments {
  /** The app file; absent when none was named. */
  readonly app?: string;
  /** Option names to values. */
  readonly given: Readonly<Record<string, OptionValue>>;
}

type Token = NonNullable<ReturnType<typeof tokenize>>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/**
 * Reads a command line. Throws a `UsageError` of one line for an unknown flag, a missing or wrong value, and
 * for a second app.
 *
 * @example
 * parseArguments(["app.ts", "--port", "0"]); // { app: "app.ts", given: { port: 0 } }
 */
export function parseArguments(words: readonly string[], table: OptionTable = OPTION_TABLE): Arguments {
  const given: Record<string, OptionValue> = {};
  const files: string[] = [];
  for (const token of tokenize(words, table)) {
    if (token.kind === "positional") files.push(token.value);
    if (token.kind === "option") take(token, table, given);
  }
  const [app, second] = files;
  if (second !== undefined) throw new UsageError(`one app at a time: "${app}" and "${second}" were given`);
  return app === undefined ? { given } : { app, given };
}

function tokenize(words: readonly string[], table: OptionTable) {
  const options: Record<string, { type: "string" | "boolean"; short?: string; multiple: true }> = {};
  for (const [name, { type, short }] of Object.entries(table)) {
    const kind = type === "switch" ? "boolean" : "string";
    options[flagOf(name)] = { type: kind, multiple: true, ...(short === undefined ? {} : { short }) };
  }
  return parseArgs({ args: [...words], options, strict: false, tokens: true, allowPositionals: true }).tokens;
}

function take(token: OptionToken, table: OptionTable, given: Record<string, OptionValue>): void {
  const { name, negated } = find(token, table);
  const option = table[name]!;
  if (option.type === "switch") {
    if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
    given[name] = !negated;
    return;
  }
  const text = valueOf(token, name === "eval");
  if (option.type !== "texts") given[name] = readOptionText(option, text, token.rawName);
  else given[name] = [...((given[name] as readonly string[] | undefined) ?? []), text];
}

function find(token: OptionToken, table: OptionTable): { name: string; negated: boolean } {
  const names = Object.keys(table);
  const name = names.find((candidate) => flagOf(candidate) === token.name);
  if (name !== undefined) return { name, negated: false };
  const positive = names.find((candidate) => `no-${flagOf(candidate)}` === token.name);
  if (positive !== undefined && table[positive]?.type === "switch") return { name: positive, negated: true };
  const near = token.name.length < 2 ? undefined : suggest(token.name.replace(/^no-/, ""), names.map(flagOf));
  const hint = near === undefined ? "see tackup --help" : `did you mean --${near}?`;
  throw new UsageError(`unknown option ${token.rawName}; ${hint}`);
}

/** A value that looks like a flag is a forgotten value, unless it was joined with `=` or is code. */
function valueOf(token: OptionToken, anything: boolean): string {
  const { value, inlineValue, rawName } = token;
  if (value === undefined) throw new UsageError(`${rawName} needs a value`);
  const flagLike = inlineValue !== true && /^-./.test(value) && !anything;
  if (flagLike)
    throw new UsageError(`${rawName} needs a value; to give "${value}" write ${rawName}=${value}`);
  return value;
}
