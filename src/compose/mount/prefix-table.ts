/** Apps by path prefix; finds the longest that fits without looking at them all. */
import type { App } from "../../pagi/app.ts";

/** What was found. */
export interface Found {
  readonly app: App;
  readonly prefix: string;
}

/** The prefixes of one host. */
export class PrefixTable {
  readonly #found = new Map<string, Found>();
  #longest = 0;

  /** False when the prefix was there already. */
  add(prefix: string, app: App): boolean {
    if (this.#found.has(prefix)) return false;
    this.#found.set(prefix, { app, prefix });
    this.#longest = Math.max(this.#longest, prefix.length);
    return true;
  }

  /** The app of the longest prefix that is made of whole segments of `path` (PATH-2). */
  find(path: string): Found | undefined {
    // Cut where the longest prefix could end, so that a path of many slashes costs nothing.
    let end = path.length <= this.#longest ? path.length : path.lastIndexOf("/", this.#longest);
    while (end > 0) {
      const found = this.#found.get(path.slice(0, end));
      if (found !== undefined) return found;
      end = path.lastIndexOf("/", end - 1);
    }
    return this.#found.get("");
  }
}
