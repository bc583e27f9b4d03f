/** `node scripts/runtimes.mjs`: installs the runtimes beside Node that the tests of their handlers ask for. */
import { installRuntimes } from "./lib/runtimes.mjs";

installRuntimes();
