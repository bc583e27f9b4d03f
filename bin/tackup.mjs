#!/usr/bin/env node
import { tackup } from "../dist/cli/tackup.js";
await tackup(process.argv.slice(2));
