import {setTimeout as sleep} from 'node:timers/promises';
import {type Agent, type AgentOptions, startAgent} from '../host/agent.ts';
import type {HeldFile, NamedFile, ScanEvent} from '../host/agent-answers.ts';
import type {Host} from '../host/host.ts';
import {Problem} from '../problems/problem.ts';
import {journalFolders} from './journal-files.ts';
import {type Layout, type LogClass, scanPatterns} from './layout.ts';

export type Amounts = {
  /** Allocated on the disk, as `du` counts, with the folders' own blocks. */
  readonly bytes: number;
  /** The sum of the files' sizes: more than `bytes` where files have holes, less where they are many and small. */
  readonly apparentBytes: number;
  readonly files: number;
  readonly folders: number;
  readonly emptyFolders: number;
  /** Undefined where there is no file. Milliseconds since 1970, by the clock of the host. */
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
  /** What could not be looked at. */
  readonly errors: number;
  /** By age, the oldest first: as `ageBounds`. */
  readonly ages: readonly AgeAmount[];
};

export type AgeAmount = {readonly files: number; readonly bytes: number};

/** Days: what is older than the first, then than the second; the last is what is younger than all. */
export const ageBounds = [365, 180, 90, 30, 7, 1, 0] as const;

/** All logs of one class, or of one DAG. */
export type UsageEntry = Amounts & {
  readonly root: string;
  readonly class: LogClass;
  readonly dagId?: string;
  /** The folders, or files, directly below the root that hold it: more than a few are not told. */
  readonly places: readonly string[];
};

/** A folder or file directly in the folders that were looked into. */
export type FolderEntry = Amounts & {
  readonly root: string;
  /** Below the root. May hold any character. */
  readonly path: string;
  readonly isFolder: boolean;
};

/** A file that stands out, or a folder that could not be read, with the whole path. */
export type StandingOut = {
  readonly largest: readonly NamedFile[];
  readonly newest: readonly NamedFile[];
  /** At most a hundred each. */
  readonly unreadable: readonly {readonly path: string; readonly errno: string}[];
  readonly empty: readonly string[];
};

/** What fills log folders, as far as it is known. `stopped`: somebody did not want to wait. */
export type Usage<Entry = UsageEntry> = Amounts &
  StandingOut & {
    readonly roots: readonly string[];
    readonly entries: readonly Entry[];
    readonly state: 'running' | 'done' | 'stopped';
    readonly tookMs: number;
    /** Files that processes have open below the roots; deleted ones still take their space. */
    readonly held: readonly HeldFile[];
    /** What the journals of systemd take, beside the roots. Undefined where they may not be looked at. */
    readonly journal: Amounts | undefined;
  };

/** A root and what is asked of it. */
type Part = {readonly root: string; readonly events: (agent: Agent, signal: AbortSignal) => AsyncIterable<ScanEvent>};

const everyMs = 200;

/** `stop` ends the walk and keeps what was found; `signal` ends it with an error. */
export type UsageOptions = AgentOptions & {readonly signal?: AbortSignal; readonly stop?: AbortSignal};

/**
 * Walks log folders with the agent and gives what was found so far, at most five times a second; the last one is `done` or
 * `stopped`. Throws `host.file-missing`, `host.file-denied` for the first folder, and what `startAgent` throws.
 */
export async function* usage(
  host: Host,
  layouts: readonly Layout[],
  options: UsageOptions,
): AsyncGenerator<Usage, void> {
  const parts = layouts.map(layout => ({
    root: layout.folder,
    events: (agent: Agent, signal: AbortSignal) =>
      agent.scan({root: layout.folder, by: 'class', ...scanPatterns(layout)}, signal),
  }));
  yield* walk(
    host,
    parts,
    (event, root) => {
      if (event.class === undefined) return undefined;
      const {class: is, dagId, places} = event;
      return [
        `${root}\0${is}\0${dagId ?? ''}`,
        {root, class: is as LogClass, ...(dagId !== undefined && {dagId}), places} as const,
      ];
    },
    options,
    true,
  );
}

/** Which folders to look into: paths below the layout's folder, and the class if only files of it are meant. */
export type FolderRequest = {
  readonly layout: Layout;
  readonly folders: readonly string[];
  readonly only?: LogClass;
};

/** As `usage`, for what is directly in a few folders: a level deeper. */
export async function* folderUsage(
  host: Host,
  {layout, folders, only}: FolderRequest,
  options: UsageOptions,
): AsyncGenerator<Usage<FolderEntry>, void> {
  const root = layout.folder;
  const request = {root, folders, by: 'name', ...(only !== undefined && {only, ...scanPatterns(layout)})} as const;
  yield* walk(
    host,
    [{root, events: (agent, signal) => agent.scan(request, signal)}],
    event => (event.path === undefined ? undefined : [event.path, {root, path: event.path, isFolder: event.isFolder}]),
    options,
    false,
  );
}

type Group = Extract<ScanEvent, {kind: 'group'}>;
type Keyed<Own> = (event: Group, root: string) => readonly [string, Own] | undefined;

async function* walk<Own extends object>(
  host: Host,
  parts: readonly Part[],
  keyed: Keyed<Own>,
  {signal, stop, ...options}: UsageOptions,
  whole: boolean,
): AsyncGenerator<Usage<Amounts & Own>, void> {
  const agent = await startAgent(host, options);
  const over = AbortSignal.any([signal, stop].filter(each => each !== undefined));
  const found = new Findings<Own>(parts.map(({root}) => root));
  try {
    const asked = whole ? parts.map(({root}) => agent.held(root, over).catch(whenMissing)) : [];
    const aside = Promise.all([Promise.all(asked), whole ? journalAmounts(agent, over) : undefined]);
    // It is awaited at the end, which may not be reached.
    aside.catch(() => {});
    for (const [place, {root, events}] of parts.entries()) {
      try {
        const hear = (event: ScanEvent) => found.hear(event, root, keyed);
        for await (const _ of paced(events(agent, over), hear)) yield found.now('running');
      } catch (error) {
        // What Airflow would use by default need not be there.
        if (place === 0 || !(error instanceof Problem && error.code === 'host.file-missing')) throw error;
      }
    }
    const [held, journal] = await aside;
    found.held = held.flat();
    found.journal = journal;
    yield found.now('done');
  } catch (error) {
    if (stop?.aborted !== true || signal?.aborted === true) throw error;
    yield found.now('stopped');
  } finally {
    agent.close();
  }
}

const whenMissing = (error: unknown): [] => {
  if (error instanceof Problem && error.code === 'host.file-missing') return [];
  throw error;
};

/** The sizes of journals may be looked at by all, though not what is in them. */
async function journalAmounts(agent: Agent, signal: AbortSignal): Promise<Amounts | undefined> {
  const found: Amounts[] = [];
  for (const root of journalFolders) {
    try {
      for await (const event of agent.scan({root, by: 'name', small: true}, signal)) {
        if (event.kind === 'done') found.push(amountsOf(event));
      }
    } catch (error) {
      if (!(error instanceof Problem && /^host\.file-/.test(error.code))) throw error;
    }
  }
  return found.length === 0 ? undefined : sum(found);
}

/** Adds up the events of scans of several roots. */
class Findings<Own extends object> {
  held: readonly HeldFile[] = [];
  journal: Amounts | undefined;
  readonly #roots: readonly string[];
  readonly #startedMs = performance.now();
  readonly #entries = new Map<string, Amounts & Own>();
  readonly #totals = new Map<string, Amounts>();
  readonly #standingOut = new Map<string, StandingOut>();

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  hear(event: ScanEvent, root: string, keyed: Keyed<Own>): void {
    if (event.kind === 'group') {
      const [key, own] = keyed(event, root) ?? [];
      if (key !== undefined && own !== undefined) this.#entries.set(key, {...own, ...amountsOf(event)});
    } else if (event.kind === 'named') this.#standingOut.set(root, withRoot(event, root));
    else this.#totals.set(root, amountsOf(event));
  }

  now(state: Usage['state']): Usage<Amounts & Own> {
    const named = [...this.#standingOut.values()];
    return {
      ...sum([...this.#totals.values()]),
      roots: this.#roots,
      entries: [...this.#entries.values()],
      largest: named.flatMap(each => each.largest).toSorted((a, b) => b.bytes - a.bytes),
      newest: named.flatMap(each => each.newest).toSorted((a, b) => b.mtimeMs - a.mtimeMs),
      unreadable: named.flatMap(each => each.unreadable),
      empty: named.flatMap(each => each.empty),
      held: this.held,
      journal: this.journal,
      state,
      tookMs: Math.round(performance.now() - this.#startedMs),
    };
  }
}

function withRoot({largest, newest, unreadable, empty}: StandingOut, root: string): StandingOut {
  const whole = (path: string) => (path === '' ? root : `${root.replace(/\/+$/, '')}/${path}`);
  const placed = <T extends {readonly path: string}>(all: readonly T[]) =>
    all.map(each => ({...each, path: whole(each.path)}));
  return {
    largest: placed(largest),
    newest: placed(newest),
    unreadable: placed(unreadable),
    empty: empty.map(whole),
  };
}

function amountsOf(event: Exclude<ScanEvent, {kind: 'named'}>): Amounts {
  const {files, bytes, apparentBytes, folders, emptyFolders, errors, oldestMs, newestMs, ages} = event;
  const pairs = ageBounds.map((_, place) => ({files: ages[2 * place] ?? 0, bytes: ages[2 * place + 1] ?? 0}));
  return {files, bytes, apparentBytes, folders, emptyFolders, errors, oldestMs, newestMs, ages: pairs};
}

/**
 * Hears events and says when it is time to show what came: at once, and then at most once in `everyMs`; what came last does not
 * wait for the next event, which may take long.
 */
export async function* paced<T>(
  events: AsyncIterable<T>,
  hear: (event: T) => void,
  now: () => number = () => performance.now(),
): AsyncGenerator<void, void> {
  const source = events[Symbol.asyncIterator]();
  const ask = () => {
    const next = source.next();
    // It may fail while a snapshot is out, and is awaited after that; or never, when the walk was left.
    next.catch(() => {});
    return next;
  };
  let shownMs = Number.NEGATIVE_INFINITY;
  let isNews = false;
  try {
    for (let next = ask(); ; ) {
      const event = isNews ? await withinMs(next, shownMs + everyMs - now()) : await next;
      if (event?.done) return;
      if (event) {
        hear(event.value);
        isNews = true;
        next = ask();
      }
      if (isNews && now() - shownMs >= everyMs) {
        yield;
        shownMs = now();
        isNews = false;
      }
    }
  } finally {
    // Not awaited: it would wait for the event that is asked for, and the agent is closed after this.
    source.return?.().catch(() => {});
  }
}

/** Undefined when it did not come in time. */
async function withinMs<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([
      promise,
      sleep(Math.max(0, ms), undefined, {signal: over.signal}).catch(() => undefined),
    ]);
  } finally {
    over.abort();
  }
}

export function sum(all: readonly Amounts[]): Amounts {
  const add = (of: (each: Amounts) => number) => all.reduce((total, each) => total + of(each), 0);
  const known = (of: (each: Amounts) => number | undefined) => all.map(of).filter(ms => ms !== undefined);
  const oldest = known(each => each.oldestMs);
  const newest = known(each => each.newestMs);
  return {
    bytes: add(each => each.bytes),
    apparentBytes: add(each => each.apparentBytes),
    files: add(each => each.files),
    folders: add(each => each.folders),
    emptyFolders: add(each => each.emptyFolders),
    errors: add(each => each.errors),
    oldestMs: oldest.length === 0 ? undefined : Math.min(...oldest),
    newestMs: newest.length === 0 ? undefined : Math.max(...newest),
    ages: ageBounds.map((_, place) => ({
      files: add(each => each.ages[place]?.files ?? 0),
      bytes: add(each => each.ages[place]?.bytes ?? 0),
    })),
  };
}
