/** How a framework's app is recognised: by what it has, never by the package it came from. */

/** What a member must be: a word of `typeof`, or a list. */
export type MemberKind = "function" | "object" | "list";

/** The members that together only one kind of app has. */
export interface Marks {
  /** Whether the app itself is called or not. */
  readonly is: "function" | "object";
  readonly has: Readonly<Record<string, MemberKind>>;
}

/**
 * True when `value` has every member, its own or inherited. A member that only a proxy makes up does not count:
 * some routers answer to every name.
 */
export function bears(value: object, marks: Marks): boolean {
  if (typeof value !== marks.is) return false;
  return Object.entries(marks.has).every(
    ([name, kind]) => name in value && isKind((value as Readonly<Record<string, unknown>>)[name], kind),
  );
}

function isKind(member: unknown, kind: MemberKind): boolean {
  if (kind === "list") return Array.isArray(member);
  return typeof member === kind && member !== null;
}
