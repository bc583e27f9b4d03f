/** The names in sight of `tackup -e CODE`; listed in `docs/cli.md`. */

const MODULES: Readonly<Record<string, () => Promise<object>>> = {
  builder: () => import("../compose/builder.ts"),
  filterResponse: () => import("../compose/filter-response.ts"),
  guard: () => import("../compose/guard.ts"),
  mount: async () => ({ mount: (await import("../app/url-map.ts")).urlMap }),
  reply: () => import("../compose/reply.ts"),
  when: () => import("../compose/when.ts"),
  wrap: () => import("../compose/wrap.ts"),
  fromConnect: () => import("../adapter/connect.ts"),
  fromFetch: () => import("../adapter/fetch.ts"),
  fromNode: () => import("../adapter/node.ts"),
  fromPsgi: () => import("../adapter/psgi.ts"),
};

/** The names, in the order of the docs. */
export const EVALUATION_HELPERS: readonly string[] = Object.keys(MODULES);

/** Loads them all; only `-e` pays for that. */
export async function evaluationHelpers(): Promise<Record<string, unknown>> {
  const entries = Object.entries(MODULES).map(async ([name, load]) => {
    const module = (await load()) as Readonly<Record<string, unknown>>;
    return [name, module[name]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
