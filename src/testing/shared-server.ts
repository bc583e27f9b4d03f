/** Servers that several cases share: started when first asked for, closed soon after the last use. */
import type { StartedServer, StartServer } from "./suite-case.ts";
import type { SuiteLimits } from "./suite-limits.ts";
import { wireApp, type WireAppName } from "./wire-app.ts";

/** How long an unused server is kept for the next case. */
const LINGER_MS = 250;

interface Shared {
  readonly server: Promise<StartedServer>;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/** Keeps one server per standard app and limits, so that hundreds of cases start few servers. */
export class SharedServers {
  readonly #start: StartServer;
  readonly #shared = new Map<string, Shared>();

  constructor(start: StartServer) {
    this.#start = start;
  }

  /** Runs `work` with the URL of a server for that app. */
  async use(app: WireAppName, limits: SuiteLimits, work: (url: string) => Promise<void>): Promise<void> {
    const key = JSON.stringify([app, limits]);
    const shared = this.#shared.get(key) ?? this.#open(key, app, limits);
    clearTimeout(shared.timer);
    shared.users += 1;
    try {
      await work((await shared.server).url);
    } finally {
      shared.users -= 1;
      if (shared.users === 0) shared.timer = setTimeout(() => this.#close(key, shared), LINGER_MS);
    }
  }

  #open(key: string, app: WireAppName, limits: SuiteLimits): Shared {
    const shared: Shared = { server: this.#start(wireApp(app), { limits }), users: 0, timer: undefined };
    this.#shared.set(key, shared);
    return shared;
  }

  #close(key: string, shared: Shared): void {
    this.#shared.delete(key);
    // A start that failed was told to every case that wanted it.
    void shared.server.then(
      (server) => server.close(),
      () => {},
    );
  }
}
