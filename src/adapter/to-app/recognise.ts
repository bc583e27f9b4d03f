/** Finds the framework behind a value. */
import type { App } from "../../pagi/app.ts";
import { FRAMEWORKS, type Framework } from "./frameworks.ts";
import { bears } from "./marks.ts";

/** One app per value, so that a framework mounted twice is started and stopped once. */
const hosted = new WeakMap<object, App>();

/**
 * The frameworks whose app `value` may be: none, one, or several that cannot be told apart. One that is made of
 * another counts for both.
 */
export function recognise(value: unknown): readonly Framework[] {
  if (value === null || (typeof value !== "function" && typeof value !== "object")) return [];
  const found = FRAMEWORKS.filter(({ marks }) => bears(value, marks));
  const refined = found.flatMap(({ refines = [] }) => refines);
  return found.filter(({ name }) => !refined.includes(name));
}

/** The app of a value that belongs to `framework`; always the same for the same value. */
export function host(value: object, framework: Framework): App {
  const known = hosted.get(value);
  if (known !== undefined) return known;
  const app = framework.host(value as never);
  hosted.set(value, app);
  return app;
}
