/** Puts flags, environment, configuration file and defaults together, in that order of precedence. */
import { readFileSync } from "node:fs";
import { UsageError } from "../http/errors.ts";
import { environmentOf, type OptionTable } from "../server/option.ts";
import { checkOptionValue, readOptionText, type OptionValue } from "../server/option-value.ts";
import { OPTION_TABLE, type TackOptions } from "../server/options.ts";
import { parseArguments } from "./arguments.ts";
import { suggest } from "./suggest.ts";

/** Everything the launcher was told. */
export interface Settings {
  /** The app file as it was written; absent when none was named. */
  readonly app?: string;
  readonly options: TackOptions;
  /** One line for each variable that looks like a misspelt option. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;
type Values = Record<string, OptionValue>;

/**
 * Reads all sources of options. Throws a `UsageError` that names flag, variable or file.
 *
 * @example
 * readSettings(["app.ts"], { TACK_PORT: "0" }).options.port; // 0
 */
export function readSettings(words: readonly string[], environment: Environment): Settings {
  const { app, given } = parseArguments(words);
  const variables = readEnvironment(environment, OPTION_TABLE);
  const config = given["config"] ?? variables["config"];
  const file = typeof config === "string" ? readConfig(config, OPTION_TABLE) : {};
  const set: Values = { ...file, ...variables, ...given };
  const options = { ...defaults(OPTION_TABLE), ...set } as unknown as TackOptions;
  const rest = { options, warnings: misspelt(environment, OPTION_TABLE) };
  return app === undefined ? rest : { app, ...rest };
}

function defaults(table: OptionTable): Values {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, row]) => (row.default === undefined ? [] : [[name, row.default]])),
  );
}

function readEnvironment(environment: Environment, table: OptionTable): Values {
  const values: Values = {};
  for (const [name, option] of Object.entries(table)) {
    if (option.env === false) continue;
    const variables = [environmentOf(name), ...(option.alsoEnv === undefined ? [] : [option.alsoEnv])];
    const variable = variables.find((candidate) => (environment[candidate] ?? "") !== "");
    if (variable !== undefined) values[name] = readOptionText(option, environment[variable]!, variable);
  }
  return values;
}

/** Variables of this prefix may belong to others: only a near miss is worth a line. */
function misspelt(environment: Environment, table: OptionTable): string[] {
  const known = Object.keys(table).map(environmentOf);
  return Object.keys(environment).flatMap((variable) => {
    if (!variable.startsWith("TACK_") || known.includes(variable)) return [];
    const near = suggest(
      variable.slice(5),
      known.map((name) => name.slice(5)),
    );
    return near === undefined ? [] : [`unknown variable ${variable} ignored; did you mean TACK_${near}?`];
  });
}

function readConfig(path: string, table: OptionTable): Values {
  const content = parseConfig(path);
  const values: Values = {};
  for (const [name, value] of Object.entries(content)) {
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined || option.env === false) throw unknownName(path, name, table);
    values[name] = checkOptionValue(option, value, `"${name}" in ${path}`);
  }
  return values;
}

function parseConfig(path: string): object {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot read the configuration file ${path}: ${why}`, { cause: error });
  }
  if (typeof content === "object" && content !== null && !Array.isArray(content)) return content;
  throw new UsageError(`the configuration file ${path} must hold one JSON object`);
}

function unknownName(path: string, name: string, table: OptionTable): UsageError {
  const near = suggest(name, Object.keys(table));
  const hint = near === undefined ? "see docs/options.md" : `did you mean "${near}"?`;
  return new UsageError(`unknown option "${name}" in ${path}; ${hint}`);
}
