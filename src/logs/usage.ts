import {setTimeout as sleep} from 'node:timers/promises';
import {type AgentOptions, startAgent} from '../host/agent.ts';
import type {ScanEvent} from '../host/agent-answers.ts';
import type {Host} from '../host/host.ts';
import {classOf, type LogClass} from './log-class.ts';

type Amounts = {
  /** Allocated on the disk, as `du` counts. */
  readonly bytes: number;
  /** The sum of the files' sizes: more than `bytes` where files have holes, less where they are many and small. */
  readonly apparentBytes: number;
  readonly files: number;
  /** Undefined where there is no file. Milliseconds since 1970. */
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
  /** What could not be looked at. */
  readonly errors: number;
};

/** A directory directly below the log folder, with all that is in it. */
export type UsageEntry = Amounts & {
  /** '' for the files beside the directories. May hold any character. */
  readonly name: string;
  readonly class: LogClass;
  /** False while it is still being walked. */
  readonly complete: boolean;
};

/** What fills a log folder, as far as it is known: the amounts are the sum. */
export type Usage = Amounts & {
  readonly root: string;
  /** In the order in which they came. */
  readonly entries: readonly UsageEntry[];
  readonly done: boolean;
  readonly tookMs: number;
};

const everyMs = 200;

/**
 * Walks the log folder with the agent and gives what was found so far, at most five times a second; the last one is `done`.
 * Stops on the host, too, when it is left or `signal` aborts. Throws `host.file-missing`, `host.file-denied`, and what
 * `startAgent` throws.
 */
export async function* usage(
  host: Host,
  root: string,
  options: AgentOptions,
  signal?: AbortSignal,
): AsyncGenerator<Usage, void> {
  const agent = await startAgent(host, options);
  try {
    yield* snapshots(root, agent.scan(root, signal));
  } finally {
    agent.close();
  }
}

/** Turns the events of a scan into snapshots. */
export async function* snapshots(
  root: string,
  events: AsyncIterable<ScanEvent>,
  now: () => number = () => performance.now(),
): AsyncGenerator<Usage, void> {
  const startedMs = now();
  const found = new Map<string, UsageEntry>();
  const soFar = (): Usage => {
    const entries = [...found.values()];
    return {root, entries, ...sum(entries), done: false, tookMs: Math.round(now() - startedMs)};
  };
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
      // What came last must not wait for the next event, which may take long.
      const event = isNews ? await withinMs(next, shownMs + everyMs - now()) : await next;
      if (event?.done) throw new Error('the scan ended without an answer');
      if (event?.value.kind === 'done') {
        const {kind: _, ...whole} = event.value;
        yield {root, entries: [...found.values()], ...whole, done: true};
        return;
      }
      if (event) {
        const {kind, name = '', ...amounts} = event.value;
        found.set(name, {name, ...amounts, class: classOf(name), complete: kind === 'entry'});
        isNews = true;
        next = ask();
      }
      if (now() - shownMs >= everyMs) {
        yield soFar();
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

function sum(all: readonly Amounts[]): Amounts {
  const total = {bytes: 0, apparentBytes: 0, files: 0, errors: 0};
  let oldestMs: number | undefined;
  let newestMs: number | undefined;
  for (const each of all) {
    total.bytes += each.bytes;
    total.apparentBytes += each.apparentBytes;
    total.files += each.files;
    total.errors += each.errors;
    if (each.oldestMs !== undefined) oldestMs = Math.min(oldestMs ?? each.oldestMs, each.oldestMs);
    if (each.newestMs !== undefined) newestMs = Math.max(newestMs ?? each.newestMs, each.newestMs);
  }
  return {...total, oldestMs, newestMs};
}
