/** The suite for adapters: numbered cases that any pair of adapters which convert there and back can run. */
import { UsageError } from "../http/errors.ts";
import { type AdapterDefinition, type RoundTrip, runAdapterCase } from "./adapter-case.ts";
import { type Loss, readLosses } from "./adapter-loss.ts";
import { endingCases } from "./adapter-suite/ending-cases.ts";
import { requestBodyCases } from "./adapter-suite/request-body-cases.ts";
import { requestCases } from "./adapter-suite/request-cases.ts";
import { responseCases } from "./adapter-suite/response-cases.ts";
import { scopeCases } from "./adapter-suite/scope-cases.ts";

/** What is known of a pair. */
export interface AdapterSuiteOptions {
  /** What is lost on the way, with the reason. Such cases still run: one that passes is reported. */
  readonly loses?: Readonly<Partial<Record<Loss, string>>>;
}

/** One case as a test runner takes it. */
export interface AdapterCase {
  readonly id: string;
  /** Id and title; names the reason when the pair is declared to lose what the case looks for. */
  readonly title: string;
  /** Set when the pair is declared to lose what the case looks for. */
  readonly losing?: string;
  /** Resolves when the exchange came through unharmed; rejects with an `Error` that says what differed. */
  run(): Promise<void>;
}

/** In the order of their numbers. */
const cases: readonly AdapterDefinition[] = [
  ...requestCases,
  ...requestBodyCases,
  ...responseCases,
  ...endingCases,
  ...scopeCases,
];

/**
 * The cases for one conversion there and back. `convert` gets a message app and gives the one that the pair makes of
 * it; exchanges of every kind are then sent through, without a socket, and what the app and its client see is
 * compared with what was sent. Throws a `UsageError` for an unknown loss.
 *
 * @example
 * import { test } from "node:test";
 * const loses = { responseTrailers: "a Response has none" };
 * for (const { title, run } of adapterSuite((app) => fromFetch(toFetch(app)), { loses })) test(title, run);
 */
export function adapterSuite(convert: RoundTrip, options: AdapterSuiteOptions = {}): AdapterCase[] {
  if (typeof convert !== "function") throw new UsageError("adapterSuite: give it a function (app) => app");
  const loses = readLosses(options.loses ?? {});
  return cases.map((definition) => {
    const { id, loss } = definition;
    const title = `${id}: ${definition.title}`;
    const run = (): Promise<void> => runAdapterCase(definition, convert);
    const reason = loss === undefined ? undefined : loses.get(loss);
    if (reason === undefined) return { id, title, run };
    const losing = `${loss}: ${reason}`;
    return { id, title: `${title} [declared losing ${losing}]`, losing, run: () => mustFail(id, loss!, run) };
  });
}

async function mustFail(id: string, loss: Loss, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch {
    return;
  }
  throw new Error(`${id} passes although ${loss} is declared lost: correct the declaration`);
}
