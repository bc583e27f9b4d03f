/** One generation of `npm run soak -- --mode restart`: serves on descriptor 3 until SIGTERM. */
import { standalone } from "../../dist/handler/standalone.js";
import app from "./soak-app.mjs";

const running = await standalone({ listen: ["fd:3"] }).run(app);
process.on("SIGTERM", () => void running.close().then(() => process.exit(0)));
process.send("ready");
process.disconnect();
