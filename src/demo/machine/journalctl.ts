import type {JournalEntry} from '../world/journal.ts';
import {readArguments} from './arguments.ts';
import type {Program} from './program.ts';
import {bootedAt} from './uptime.ts';

const BOOT = '5f0c1d2e3a4b4c5d8e6f70819203a4b5';
const valued = [
  ...['-u', '--unit', '-n', '--lines', '-o', '--output', '-S', '--since', '-U', '--until', '-p', '--priority'],
  ...['--after-cursor', '-c', '--cursor', '--output-fields', '-t', '--identifier', '-g', '--grep', '--case-sensitive'],
];

/** journalctl of the demo's machine: units, lines, JSON, times, cursors, follow. */
export const journalctl: Program = call => {
  const args = readArguments(call.args, valued);
  if (call.args.some(word => word.startsWith('--vacuum'))) {
    call.err('The journal of the demo has no files.\n');
    return 1;
  }
  const matches = filter(args.options('-u', '--unit'), args.option('-p', '--priority'), args.words);
  const style = args.option('-o', '--output') ?? 'short';
  const follows = args.option('-f', '--follow') !== undefined;
  const fields = args.option('--output-fields')?.split(',');
  const print = (entry: JournalEntry) => call.out(`${line(entry, style, bootedAt(call.world), fields)}\n`);
  const since = time(args.option('-S', '--since'), call.world.clock.now());
  const until = time(args.option('-U', '--until'), call.world.clock.now());
  const isReverse = args.option('-r', '--reverse') !== undefined;
  const [at, behind] = [seqOf(args.option('-c', '--cursor')), seqOf(args.option('--after-cursor'))];
  const isOnTheWay = ({seq}: JournalEntry) =>
    isReverse
      ? (at === undefined || seq <= at) && (behind === undefined || seq < behind)
      : (at === undefined || seq >= at) && (behind === undefined || seq > behind);
  const sought = pattern(args.option('-g', '--grep'), args.option('--case-sensitive') !== undefined);
  const found = call.world.journal
    .entries()
    .filter(entry => matches(entry) && isOnTheWay(entry) && (sought === undefined || sought.test(entry.message)))
    .filter(({atMs}) => (since === undefined || atMs >= since) && (until === undefined || atMs <= until));
  const lines = args.option('-n', '--lines') ?? (follows ? '10' : 'all');
  const shown = lines === 'all' ? found : Number(lines) === 0 ? [] : found.slice(-Number(lines));
  const isQuiet = style !== 'short' || args.option('-q', '--quiet') !== undefined;
  if (shown.length === 0 && !follows && !isQuiet) call.out('-- No entries --\n');
  for (const entry of isReverse ? shown.reverse() : shown) print(entry);
  if (!follows) return 0;
  const {promise, resolve} = Promise.withResolvers<number>();
  const stop = call.world.journal.onEntry(entry => {
    if (matches(entry)) print(entry);
  });
  call.gone.addEventListener(
    'abort',
    () => {
      stop();
      resolve(0);
    },
    {once: true},
  );
  return promise;
};

const levels = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

function filter(units: readonly string[], priority: string | undefined, words: readonly string[]) {
  const patterns = units.map(unit => {
    const full = /\.\w+$|\*/.test(unit) ? unit : `${unit}.service`;
    return new RegExp(`^${full.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  });
  const most = priority === undefined ? 7 : levels.includes(priority) ? levels.indexOf(priority) : Number(priority);
  // NAME=value words: the same name twice means either, different names mean both, `+` is between alternatives.
  const alternatives = words
    .join('\0')
    .split('\0+\0')
    .map(part => Map.groupBy(part.split('\0'), word => word.split('=')[0] ?? ''));
  return (entry: JournalEntry): boolean => {
    if (entry.priority > most) return false;
    if (patterns.length > 0 && !patterns.some(pattern => pattern.test(entry.unit))) return false;
    const own = allFields(entry, 0);
    if (words.length === 0) return true;
    return alternatives.some(names => [...names].every(([name, each]) => each.includes(`${name}=${own[name]}`)));
  };
}

/** A pattern in lower case is one of any case. */
const pattern = (text: string | undefined, isCased: boolean): RegExp | undefined =>
  text === undefined ? undefined : new RegExp(text, isCased || text !== text.toLowerCase() ? '' : 'i');

const seqOf = (cursor: string | undefined): number | undefined => {
  const hex = /;i=([0-9a-f]+);/.exec(cursor ?? '')?.[1];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
};

function time(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith('@')) return Number(text.slice(1)) * 1000;
  const [, amount, unit = 's'] = /^-?(\d+) ?(s|m|min|h|d)\w*( ago)?$/.exec(text) ?? [];
  if (amount !== undefined) {
    return now - Number(amount) * ({s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000}[unit] ?? 1000);
  }
  const ms = Date.parse(`${text.replace(' UTC', '').replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

function allFields(entry: JournalEntry, booted: number): Record<string, string> {
  const micros = Math.floor(entry.atMs) * 1000 + (entry.seq % 1000);
  return {
    __CURSOR: `s=0d3a;i=${entry.seq.toString(16)};b=${BOOT};m=0;t=${micros.toString(16)};x=${entry.seq}`,
    __REALTIME_TIMESTAMP: String(micros),
    __MONOTONIC_TIMESTAMP: String(Math.max(0, micros - booted * 1000)),
    _BOOT_ID: BOOT,
    ...writer(entry),
    ...entry.fields,
    PRIORITY: String(entry.priority),
    MESSAGE: entry.message,
    _PID: String(entry.pid),
    _HOSTNAME: 'demo-1',
  };
}

function writer({by, unit, invocation}: JournalEntry): Record<string, string> {
  switch (by) {
    case 'systemd':
      return {
        UNIT: unit,
        INVOCATION_ID: invocation,
        _SYSTEMD_UNIT: 'init.scope',
        SYSLOG_IDENTIFIER: 'systemd',
        _TRANSPORT: 'journal',
        _COMM: 'systemd',
      };
    case 'unit':
      return {
        _SYSTEMD_UNIT: unit,
        _SYSTEMD_INVOCATION_ID: invocation,
        SYSLOG_IDENTIFIER: 'airflow',
        _TRANSPORT: 'stdout',
        _COMM: 'airflow',
      };
    case 'sudo':
      return {_SYSTEMD_UNIT: 'session-7.scope', SYSLOG_IDENTIFIER: 'sudo', _TRANSPORT: 'syslog', _COMM: 'sudo'};
  }
}

function line(entry: JournalEntry, style: string, booted: number, fields: readonly string[] | undefined): string {
  if (style === 'cat') return entry.message;
  const own = allFields(entry, booted);
  if (style === 'json') {
    // Those with two underscores, and the boot, are always there.
    const kept = Object.entries(own).filter(
      ([name]) => !fields || /^(__|_BOOT_ID)/.test(name) || fields.includes(name),
    );
    return JSON.stringify(Object.fromEntries(kept));
  }
  const iso = new Date(entry.atMs).toISOString();
  const short = `${new Date(entry.atMs).toUTCString().slice(8, 11)} ${iso.slice(8, 10)} ${iso.slice(11, 19)}`;
  const stamp = style.startsWith('short-iso') ? `${iso.slice(0, 19)}+0000` : short;
  return `${stamp} demo-1 ${own.SYSLOG_IDENTIFIER}[${entry.pid}]: ${entry.message}`;
}
