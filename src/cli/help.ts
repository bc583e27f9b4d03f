/** `tackup --help` and `docs/options.md`, both written from the options table. */
import { environmentOf, flagOf, OPTION_GROUPS, type Option } from "../server/option.ts";
import { OPTION_TABLE } from "../server/options.ts";

const HEAD = `Usage: tackup [options] [APP]

Runs APP: a file that exports an app. Without APP, the first of app.ts, app.mts, app.js and app.mjs
that exists here. Flags win over TACK_* variables, those over --config, that over the defaults.
`;

const WIDTH = 100;
const INDENT = 30;

type Row = readonly [name: string, option: Option];

/**
 * The text of `--help`.
 *
 * @example
 * console.log(helpText());
 */
export function helpText(): string {
  const groups = grouped().map(([title, rows]) => `${title}:\n${rows.map(helpLine).join("")}`);
  return `${HEAD}\n${groups.join("\n")}`;
}

/** The content of `docs/options.md`. */
export function optionsMarkdown(): string {
  const groups = grouped().map(
    ([title, rows]) =>
      `## ${title}\n\n| Flag | Variable | Name | Default | Meaning |\n| --- | --- | --- | --- | --- |\n${rows.map(markdownRow).join("")}`,
  );
  return `# Options of tackup

Written from \`src/server/options.ts\` by \`node scripts/docs-options.mjs\`; edit the table, not this page.
Flags win over variables, variables over the file given with \`--config\` (a JSON object of the names below),
that file over the defaults. A switch can be turned off with \`--no-<flag>\`. Several values in one variable
are separated by spaces.

${groups.join("\n")}`;
}

function grouped(): [title: string, rows: Row[]][] {
  const all = Object.entries(OPTION_TABLE);
  return Object.entries(OPTION_GROUPS).map(([group, title]) => [
    title,
    all.filter(([, option]) => option.group === group),
  ]);
}

function helpLine([name, option]: Row): string {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const left = `  ${short}--${flagOf(name)}${option.type === "switch" ? "" : ` ${valueName(option)}`}`;
  const text = fold(`${option.help}${shownDefault(option)}`, WIDTH - INDENT);
  const first = left.length < INDENT ? left.padEnd(INDENT) : `${left}\n${" ".repeat(INDENT)}`;
  return `${first}${text.join(`\n${" ".repeat(INDENT)}`)}\n`;
}

function valueName(option: Option): string {
  return option.value ?? (option.type === "number" ? "NUMBER" : "TEXT");
}

function shownDefault({ default: value }: Option): string {
  const unset = value === undefined || value === false || value === "" || Array.isArray(value);
  return unset ? "" : ` [${String(value)}]`;
}

function fold(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function markdownRow([name, option]: Row): string {
  const short = option.short === undefined ? "" : `, \`-${option.short}\``;
  const value = option.type === "switch" ? "" : ` ${valueName(option)}`;
  const variables = option.env === false ? "" : `\`${environmentOf(name)}\`${alsoNamed(option)}`;
  const shown = shownDefault(option).slice(2, -1);
  const standard = shown === "" ? "" : `\`${shown}\``;
  return `| \`--${flagOf(name)}${value}\`${short} | ${variables} | \`${name}\` | ${standard} | ${option.help} |\n`;
}

function alsoNamed({ alsoEnv }: Option): string {
  return alsoEnv === undefined ? "" : `, then \`${alsoEnv}\``;
}
