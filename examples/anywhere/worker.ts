/** The entry of a module worker, for workerd and Cloudflare Workers. */
import { toApp } from "tack/adapter/to-app";
import { workers, type WorkerModule } from "tack/handler/workers";
import app from "./app.ts";

const worker: WorkerModule = workers(toApp(app));

export default worker;
