import * as v from 'valibot';
import type {Host} from '../host/host.ts';
import {Problem} from '../problems/problem.ts';
import {clean, oneLine} from '../text.ts';
import {answerMs, budgetS} from './source.ts';

/** An entry of the journal with the fields that tell what happened. */
export type JournalEvent = {
  /** By the clock of the host. */
  readonly atMs: number;
  /** What kind of event it is, by systemd's catalogue; empty for what is none of it. */
  readonly id: string;
  /** The unit that systemd writes about; empty where it is about none. */
  readonly unit: string;
  readonly text: string;
  readonly exit: {readonly code: string; readonly status: number} | undefined;
  /** Of a failed unit: "signal", "exit-code", "oom-kill" … */
  readonly result: string;
  /** Of the end of a boot: how long it took. */
  readonly tookMs: number;
};

export type JournalAnswer = {
  /** Oldest first. */
  readonly events: readonly JournalEvent[];
  /** Whole sentences: that older events are left out, or that the journal does not go back so far. */
  readonly remarks: readonly string[];
};

/** The newest so many are enough: what is older is told as cut. */
const most = 5_000;

// Newest first, so that what the time allows is what matters. Who may not read the journal learns it on stderr only, and not with -q or json.
const script = `
LC_ALL=C.UTF-8; export LC_ALL
since=$1; filter=$2; lines=$3; shift 3
{
  timeout ${budgetS} journalctl -q -r -n "$lines" --since "@$since" -a -o json --no-pager \\
    --output-fields=MESSAGE,MESSAGE_ID,UNIT,EXIT_CODE,EXIT_STATUS,UNIT_RESULT,KERNEL_USEC,USERSPACE_USEC "$@"
  echo "#code $?"
} | awk -v filter="$filter" '/^#code / || (index($0, filter) && found++ < ${most})'
timeout ${budgetS} journalctl -q -o json --output-fields=_BOOT_ID --no-pager 2>/dev/null | head -n 1
echo '#hint'
LC_ALL=C timeout ${budgetS} journalctl -n 1 --no-pager 2>&1 >/dev/null
exit 0
`;

type JournalQuestion = {readonly host: Host; readonly sinceMs: number; readonly signal: AbortSignal};

export type Wanted = {
  /** As journalctl's matches: the same name twice means either, different names mean both, `+` is between alternatives. */
  readonly matches: readonly string[];
  /** Only entries that hold this text somewhere: for what no field tells apart from thousands of others. */
  readonly holding?: string;
};

/**
 * Events of the journal by their fields.
 * Throws `Problem`: `host.journal-denied`, `host.command-failed`, and what the connection throws.
 */
export async function journalEvents(
  {host, sinceMs, signal}: JournalQuestion,
  {matches, holding}: Wanted,
): Promise<JournalAnswer> {
  const since = String(Math.floor(sinceMs / 1000));
  const limits = holding === undefined ? ['{', String(most)] : [holding, 'all'];
  const {stdout, stderr, cut} = await host.exec(['sh', '-c', script, 'sh', since, ...limits, ...matches], {
    signal,
    timeoutMs: answerMs,
  });
  const lines = stdout.split('\n');
  const endsAt = lines.findIndex(line => line.startsWith('#code '));
  const hintAt = lines.indexOf('#hint', endsAt);
  const hint = hintAt < 0 ? '' : lines.slice(hintAt + 1).join('\n');
  if (/not seeing messages from other users|insufficient permissions/.test(hint)) {
    throw new Problem('host.journal-denied', `${host.name}: ${await host.loginUser()}`);
  }
  const code = lines[endsAt]?.slice('#code '.length);
  const timeIsUp = code === '124';
  if (code !== '0' && !timeIsUp && cut !== true) {
    throw new Problem('host.command-failed', `${host.name}: journalctl: ${oneLine(stderr, 200)}`);
  }
  const events = (endsAt < 0 ? lines : lines.slice(0, endsAt)).flatMap(line => parseEvent(line) ?? []);
  const isCut = timeIsUp || cut === true || events.length >= most;
  const begins = endsAt < 0 ? undefined : parseEvent(lines[endsAt + 1] ?? '')?.atMs;
  return {
    events: events.reverse(),
    remarks: [
      ...(isCut
        ? [`The journal of ${host.name} holds more than could be read in time: older events are missing.`]
        : []),
      ...(begins !== undefined && begins > sinceMs + 1000
        ? [`The journal of ${host.name} begins at ${stamp(begins)}: what was before is not in it.`]
        : []),
    ],
  };
}

/** By the clock of the person who reads it. */
const stamp = (ms: number): string => {
  const date = new Date(ms);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
};

const microseconds = (digits: string): number => (/^\d+$/.test(digits) ? Math.round(Number(digits) / 1000) : 0);

const text = v.optional(v.fallback(v.string(), ''), '');

const event = v.pipe(
  v.object({
    __REALTIME_TIMESTAMP: v.pipe(v.string(), v.regex(/^\d+$/)),
    MESSAGE: text,
    MESSAGE_ID: text,
    UNIT: text,
    EXIT_CODE: text,
    EXIT_STATUS: text,
    UNIT_RESULT: text,
    KERNEL_USEC: text,
    USERSPACE_USEC: text,
  }),
  v.transform(
    (fields): JournalEvent => ({
      atMs: Math.floor(Number(fields.__REALTIME_TIMESTAMP) / 1000),
      id: fields.MESSAGE_ID,
      unit: fields.UNIT,
      text: clean(fields.MESSAGE),
      exit: /^\d+$/.test(fields.EXIT_STATUS) ? {code: fields.EXIT_CODE, status: Number(fields.EXIT_STATUS)} : undefined,
      result: fields.UNIT_RESULT,
      tookMs: microseconds(fields.KERNEL_USEC) + microseconds(fields.USERSPACE_USEC),
    }),
  ),
);

/** A line of `journalctl -o json`; undefined for what is none, or was cut off by the end of the time. */
function parseEvent(line: string): JournalEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), event), line);
  return parsed.success ? parsed.output : undefined;
}
