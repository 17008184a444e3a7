import {setTimeout as wait} from 'node:timers/promises';
import * as v from 'valibot';
import type {Host} from '../host/host.ts';
import {type Line, splitLines} from '../host/lines.ts';
import {Problem} from '../problems/problem.ts';
import {clean, oneLine} from '../text.ts';

/** One entry of the journal of a unit. */
export type JournalLine = {
  readonly atMs: number;
  /** 0 emergency, 3 error, 4 warning, 6 information, 7 debug. */
  readonly priority: number;
  /** May have several lines. */
  readonly text: string;
  /** Where it stands in the journal of its host. */
  readonly cursor: string;
  /** Which start of the unit it belongs to. */
  readonly invocation?: string;
};

export type ReadOptions = {
  /** At most so many of the newest lines. Default all. */
  readonly lines?: number;
  /** Only lines that are no older, by the clock of the host. */
  readonly sinceMs?: number;
  /** Ends the iteration, without an error. */
  readonly signal: AbortSignal;
};

/** What comes first is what `readJournal` gives. */
export type FollowOptions = ReadOptions & {
  /** Told why no lines come, and undefined when they come again. */
  readonly onProblem?: (problem: Problem | undefined) => void;
};

/** The last lines of a unit's journal, oldest first. Throws `Problem`: `host.journal-denied`, `host.command-failed`. */
export async function lastLines(
  host: Host,
  unit: string,
  count: number,
  signal?: AbortSignal,
): Promise<readonly JournalLine[]> {
  const argv = journalctl(unit, '-n', String(count));
  const {code, stdout, stderr} = await host.exec(argv, {...(signal ? {signal} : {}), timeoutMs: 30_000});
  const lines = stdout.split('\n').flatMap(line => parseLine(line) ?? []);
  if (lines.length === 0) await refuse(host, unit, signal);
  if (code !== 0) throw new Problem('host.command-failed', `${host.name}: journalctl: ${oneLine(stderr, 200)}`);
  return lines;
}

/**
 * A unit's journal as it stands, oldest line first, however long it is. Throws `Problem`: `host.journal-denied`,
 * `host.command-failed`, `host.lost`.
 */
export async function* readJournal(
  host: Host,
  unit: string,
  {lines, sinceMs, signal}: ReadOptions,
): AsyncGenerator<JournalLine, void> {
  const newest = lines === undefined ? [] : ['-n', String(lines)];
  let any = false;
  for await (const line of linesOf(host, journalctl(unit, ...newest, ...since(sinceMs)), signal)) {
    any = true;
    yield line;
  }
  if (!any && !signal.aborted) await refuse(host, unit, signal);
}

/**
 * Lines of a unit's journal as `options` of journalctl choose them, as they come, until it ends. Leaving early ends it on the host.
 * Throws `Problem`: `host.command-failed`.
 */
export async function* chosenLines(
  host: Host,
  unit: string,
  options: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<JournalLine, void> {
  yield* linesOf(host, journalctl(unit, ...options), signal);
}

/**
 * The last lines and then each new one as it comes, oldest first. A lost connection is waited for, and the journal resumed where it was
 * left. Throws `Problem`: `host.journal-denied`, `host.command-failed`, and what a host says that cannot heal by itself.
 */
export async function* followJournal(
  host: Host,
  unit: string,
  {lines, sinceMs, signal, onProblem = () => {}}: FollowOptions,
): AsyncGenerator<JournalLine, void> {
  const range = {signal, ...(lines === undefined ? {} : {lines}), ...(sinceMs === undefined ? {} : {sinceMs})};
  let cursor: string | undefined;
  let begun = false;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (!begun) {
        // Asked apart, because `-f` alone neither ends nor complains when the journal may not be read.
        for await (const line of readJournal(host, unit, range)) {
          if (!begun) onProblem(undefined);
          begun = true;
          cursor = line.cursor;
          yield line;
        }
        if (!begun) onProblem(undefined);
        begun = true;
      }
      const news =
        cursor === undefined
          ? ['-n', lines === 0 ? '0' : 'all', ...since(sinceMs)]
          : ['-n', 'all', `--after-cursor=${cursor}`];
      for await (const line of follow(host, journalctl(unit, '-f', ...news), signal)) {
        if (failures > 0) onProblem(undefined);
        failures = 0;
        cursor = line.cursor;
        yield line;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem) || !heals.has(error.code)) throw error;
      onProblem(error);
      failures += 1;
      await wait(Math.min(30_000, 500 * 2 ** Math.min(failures, 6)), undefined, {signal}).catch(() => {});
    }
  }
}

const lineBytes = 1024 * 1024;

const heals: ReadonlySet<string> = new Set(['host.lost', 'host.unreachable', 'host.timeout']);

/** A journal that is followed has no end of its own. */
async function* follow(host: Host, argv: readonly string[], signal: AbortSignal): AsyncGenerator<JournalLine, void> {
  yield* linesOf(host, argv, signal);
  if (!signal.aborted) throw new Problem('host.command-failed', `${host.name}: journalctl ended`);
}

async function* linesOf(host: Host, argv: readonly string[], signal: AbortSignal): AsyncGenerator<JournalLine, void> {
  const running = await host.stream(argv);
  const end = () => running.end();
  signal.addEventListener('abort', end, {once: true});
  if (signal.aborted) end();
  // Asked for at the end only: until then a rejection is nobody's.
  running.ended.catch(() => {});
  running.stdin.on('error', () => {});
  try {
    for await (const {text, isCut} of running.stdout.pipe(splitLines(lineBytes)) as AsyncIterable<Line>) {
      const line = isCut ? parseBeginning(text) : parseLine(text);
      if (line !== undefined) yield line;
    }
    const {code} = await running.ended;
    // 1: nothing matched.
    if (signal.aborted || code === 0 || (code === 1 && running.stderr().trim() === '')) return;
    throw new Problem(
      'host.command-failed',
      `${host.name}: journalctl ended${code === undefined ? '' : ` with ${code}`}: ${oneLine(running.stderr(), 200)}`,
    );
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

const since = (sinceMs: number | undefined): readonly string[] =>
  sinceMs === undefined ? [] : ['--since', `-${Math.ceil(sinceMs / 1000)}s`];

const journalctl = (unit: string, ...options: readonly string[]): readonly string[] => [
  'env',
  'LC_ALL=C.UTF-8',
  'journalctl',
  '-u',
  unit,
  ...options,
  '-a',
  '-o',
  'json',
  '--output-fields=MESSAGE,PRIORITY,_PID,_SYSTEMD_INVOCATION_ID,INVOCATION_ID',
  '--no-pager',
];

/** Who may not read the journal gets exit code 0, no line, and a hint on stderr; `-o json` keeps even that back. */
async function refuse(host: Host, unit: string, signal: AbortSignal | undefined): Promise<void> {
  const argv = ['env', 'LC_ALL=C', 'journalctl', '-u', unit, '-n', '1', '--no-pager'];
  const {stderr} = await host.exec(argv, signal ? {signal} : {});
  if (!/not seeing messages from other users|insufficient permissions/.test(stderr)) return;
  throw new Problem('host.journal-denied', `${host.name}: ${await host.loginUser()} sees no line of ${unit}`);
}

/** Not UTF-8: an array of bytes. Too long for journalctl: null. A field that was given twice: an array of both. */
const message = v.union([
  v.string(),
  v.null(),
  v.array(v.number()),
  v.array(v.union([v.string(), v.array(v.number())])),
]);

const entry = v.object({
  __CURSOR: v.string(),
  __REALTIME_TIMESTAMP: v.pipe(v.string(), v.regex(/^\d+$/)),
  MESSAGE: v.optional(message),
  PRIORITY: v.optional(v.string()),
  _SYSTEMD_INVOCATION_ID: v.optional(v.string()),
  INVOCATION_ID: v.optional(v.string()),
});

/** A line of `journalctl -o json`; undefined for what is none (an empty line, a notice). */
export function parseLine(text: string): JournalLine | undefined {
  if (!text.startsWith('{')) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), entry), text);
  if (!parsed.success) return undefined;
  const {output} = parsed;
  const invocation = output._SYSTEMD_INVOCATION_ID ?? output.INVOCATION_ID;
  const priority = Number(output.PRIORITY ?? '6');
  return {
    atMs: Math.floor(Number(output.__REALTIME_TIMESTAMP) / 1000),
    priority: Number.isInteger(priority) ? priority : 6,
    text: clean(textOf(output.MESSAGE)).trimEnd(),
    cursor: output.__CURSOR,
    ...(invocation === undefined ? {} : {invocation}),
  };
}

/** Of an entry that is too long to be kept: when and where it was. journalctl prints both before what the unit said. */
function parseBeginning(text: string): JournalLine | undefined {
  const [, cursor] = /^\{.*?"__CURSOR" ?: ?"([^"\\]+)"/.exec(text) ?? [];
  const [, us] = /^\{.*?"__REALTIME_TIMESTAMP" ?: ?"(\d+)"/.exec(text) ?? [];
  if (cursor === undefined || us === undefined) return undefined;
  return {atMs: Math.floor(Number(us) / 1000), priority: 6, text: '(a line of more than 1 MiB)', cursor};
}

function textOf(value: v.InferOutput<typeof message> | undefined): string {
  if (value === undefined) return '';
  if (value === null) return '(a line too long for journalctl)';
  if (typeof value === 'string') return value;
  const parts = value.every(part => typeof part === 'number') ? [value] : value;
  return parts
    .map(part => (typeof part === 'string' ? part : Buffer.from(part as number[]).toString('utf8')))
    .join('\n');
}
