/** What one row of the options table says, and the types that follow from a table. */

/** Headings of `--help` and `docs/options.md`, in their order. */
export const OPTION_GROUPS = {
  app: "Application",
  listen: "Listening",
  tls: "TLS",
  log: "Access log",
  development: "Development",
  stop: "Stopping",
  limits: "Limits",
  about: "About",
} as const;

/** The kinds of value an option can have, and the TypeScript type of each. */
export interface OptionValues {
  /** Text. */
  readonly text: string;
  /** Text that may be given several times. */
  readonly texts: readonly string[];
  /** True when given; `--no-<flag>` makes it false. */
  readonly switch: boolean;
  /** A whole number, 0 or more; its unit is in the option's name. */
  readonly number: number;
}

/** One row: an option is declared here and nowhere else. */
export interface Option {
  readonly type: keyof OptionValues;
  /** Absent: the option is unset until someone sets it. */
  readonly default?: string | number | boolean | readonly string[];
  readonly group: keyof typeof OPTION_GROUPS;
  /** One sentence for `--help` and the docs. */
  readonly help: string;
  /** What `--help` calls the value: `FILE`, `URL`. */
  readonly value?: string;
  /** A one-letter flag. */
  readonly short?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** Largest number allowed. */
  readonly most?: number;
  /** A second environment variable, asked after the option's own. */
  readonly alsoEnv?: string;
  /** False for what makes sense on a command line only. */
  readonly env?: false;
}

/** A table: option names in camel case to rows. */
export type OptionTable = Readonly<Record<string, Option>>;

type ValueOf<Row extends Option> = Row extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : OptionValues[Row["type"]];

/** The values a table asks for; an option without a default may be absent. */
export type OptionsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table as Table[Name] extends { readonly default: unknown } ? Name : never]: ValueOf<
    Table[Name]
  >;
} & {
  readonly [
    Name in keyof Table as Table[Name] extends { readonly default: unknown } ? never : Name
  ]?: ValueOf<Table[Name]>;
};

/**
 * The long flag of an option.
 *
 * @example
 * flagOf("maxBodyBytes"); // "max-body-bytes"
 */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * The environment variable of an option.
 *
 * @example
 * environmentOf("maxBodyBytes"); // "TACK_MAX_BODY_BYTES"
 */
export function environmentOf(name: string): string {
  return `TACK_${flagOf(name).replaceAll("-", "_").toUpperCase()}`;
}
