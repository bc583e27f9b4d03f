/** One app twice: below a mount on our server, and by itself on its framework's own. */
import type { TestContext } from "node:test";
import { fromFetch } from "#src/adapter/fetch.js";
import { toApp } from "#src/adapter/to-app.js";
import { mount } from "#src/compose/mount.js";
import type { App } from "#src/pagi/app.js";
import { serve } from "#src/server/server.js";
import {
  createLiveClient,
  type ClientExchange,
  type ClientRequest,
  type ClientResponse,
  type LiveClient,
} from "#src/testing/index.js";
import { Gates } from "./gates.js";
import { makeFolder, type Row, type Subject } from "./subject.js";

export const PREFIX = "/under/here";

/** One of the two. */
export class Side {
  readonly gates: Gates;
  readonly url: string;
  readonly #client: LiveClient;
  readonly #prefix: string;

  constructor(url: string, prefix: string, gates: Gates) {
    this.url = `${url}${prefix}`;
    this.#client = createLiveClient(url);
    this.#prefix = prefix;
    this.gates = gates;
  }

  /** Asks with a path of the app. */
  request(request: ClientRequest): Promise<ClientResponse> {
    return this.#client.request(this.#placed(request));
  }

  open(request: ClientRequest): ClientExchange {
    return this.#client.open(this.#placed(request));
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #placed(request: ClientRequest): ClientRequest {
    const headers = [["host", "tack.test"], ...(request.headers ?? [])] as const;
    return { ...request, path: `${this.#prefix}${request.path}`, headers };
  }
}

/** What a test of one row works with. */
export interface Sides {
  readonly subject: Subject;
  readonly row: Row;
  readonly ours: Side;
  /** Absent where the row would end the framework's own server. */
  readonly plain: Side | undefined;
}

/** Starts both sides for one test. */
export async function startSides(context: TestContext, subject: Subject, row: Row): Promise<Sides> {
  const ours = await startOurs(context, subject);
  const isAlone = subject.onlyOurs?.[row] !== undefined;
  return { subject, row, ours, plain: isAlone ? undefined : await startPlain(context, subject) };
}

async function startOurs(context: TestContext, subject: Subject): Promise<Side> {
  const gates = new Gates();
  const { folder, remove } = makeFolder();
  context.after(remove);
  const prefix = subject.seesWholeUrl === true ? PREFIX : "";
  const app = toApp((await settled(subject.build({ gates, folder, prefix }))).app);
  const running = await serve(mount({ [PREFIX]: app }), { log: () => {} });
  const side = new Side(running.url, PREFIX, gates);
  context.after(async () => {
    await side.close();
    await running.close({ graceMs: 0 });
  });
  return side;
}

async function startPlain(context: TestContext, subject: Subject): Promise<Side> {
  const gates = new Gates();
  const { folder, remove } = makeFolder();
  context.after(remove);
  const prefix = subject.seesWholeUrl === true ? PREFIX : "";
  const plain = await subject.plain((await settled(subject.build({ gates, folder, prefix }))).app as never);
  const side = new Side(plain.url, prefix, gates);
  context.after(async () => {
    await side.close();
    await plain.close();
  });
  return side;
}

/** A fetch framework's app whose routes know no prefix, below a mount. */
export async function startStripped(context: TestContext, subject: Subject): Promise<Side> {
  const { folder, remove } = makeFolder();
  context.after(remove);
  const gates = new Gates();
  const built = (await settled(subject.build({ gates, folder, prefix: "" }))).app as {
    fetch: () => Response;
  };
  const app: App = fromFetch(built, { stripRootPath: true });
  const running = await serve(mount({ [PREFIX]: app }), { log: () => {} });
  const side = new Side(running.url, PREFIX, gates);
  context.after(async () => {
    await side.close();
    await running.close({ graceMs: 0 });
  });
  return side;
}

/** Not awaited by itself: itty-router answers to every name, `then` among them. */
async function settled(built: unknown): Promise<{ readonly app: unknown }> {
  return { app: built instanceof Promise ? await built : built };
}
