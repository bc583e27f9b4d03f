/** Writes `docs/options.md` from the options table. Run after a change of the table. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt, root } from "./lib/ready.mjs";

ensureBuilt("tsconfig.json", ["src", "tsconfig.json", "tsconfig.base.json"], "dist");
const { optionsMarkdown } = await import("../dist/cli/help.js");
writeFileSync(join(root, "docs/options.md"), optionsMarkdown());
