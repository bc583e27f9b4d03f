/** An error as text and as JSON, its causes included. */

const MOST_CAUSES = 10;

/**
 * Name, message and stack, then the same for each cause. Never throws.
 *
 * @example
 * textTrace(new Error("no database"));
 */
export function textTrace(error: unknown): string {
  return `${chain(error).map(describe).join("\ncaused by ")}\n`;
}

/** `{"error": {"name", "message", "stack": [...], "causes": [...]}}`. Never throws. */
export function jsonTrace(error: unknown): string {
  const [first, ...causes] = chain(error).map(facts);
  return `${JSON.stringify({ error: { ...first, causes } }, null, 2)}\n`;
}

function chain(error: unknown): unknown[] {
  const all: unknown[] = [];
  for (let next = error; all.length < MOST_CAUSES && !all.includes(next);) {
    all.push(next);
    if (!(next instanceof Error) || next.cause === undefined) break;
    next = next.cause;
  }
  return all;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown value: ${show(error)}`;
  const { stack } = error;
  return typeof stack === "string" && stack !== "" ? stack : `${error.name}: ${error.message}`;
}

function facts(error: unknown) {
  if (!(error instanceof Error)) return { name: "thrown value", message: show(error), stack: [] };
  const frames = String(error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  return { name: error.name, message: error.message, stack: frames.map((line) => line.trim()) };
}

function show(value: unknown): string {
  try {
    return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    return "a value that cannot be shown";
  }
}
