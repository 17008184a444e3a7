import * as v from 'valibot';
import type {Installation} from '../../config/installation.ts';
import {readClock} from '../../host/clock.ts';
import type {Host} from '../../host/host.ts';
import {Problem} from '../../problems/problem.ts';
import {oneLine} from '../../text.ts';
import {type CronLines, readCrontabs} from './crontabs.ts';

/** Something on a host that cleans up logs by itself. Times by the clock of this machine. */
export type FoundSchedule = {
  readonly kind: 'timer' | 'cron' | 'logrotate';
  /** "windsock-log-clean-up.timer", "/etc/cron.d/airflow". */
  readonly name: string;
  /** What it does, as it is written there. */
  readonly does: string;
  /** Undefined where it never ran, or where nobody tells (cron writes down only what its command says). */
  readonly lastRunMs?: number;
  readonly lastResult?: 'done' | 'failed' | 'runs';
  readonly nextRunMs?: number;
  /** A timer that does not run. */
  readonly isOff?: true;
};

export type FoundSchedules = {readonly host: string; readonly found: readonly FoundSchedule[]};

// One exec. What may not be read is left out: nobody has to be able to read all crontabs.
const script = `
LC_ALL=C; PATH=$PATH:/usr/sbin:/sbin; export LC_ALL PATH
echo '#clock'; date '+%s %N'
timers=
[ ! -d /run/systemd/system ] || timers=$({ systemctl list-unit-files --type=timer --no-legend --no-pager
  systemctl list-units --type=timer --all --plain --no-legend --no-pager; } 2>/dev/null |
  awk '$1 ~ /\\.timer$/ && $1 !~ /@\\.timer$/ {print $1}' | sort -u)
set -f
echo '#timers'
[ -z "$timers" ] || TZ=UTC systemctl show --no-pager -p Id,Unit,LastTriggerUSec,NextElapseUSecRealtime,ActiveState -- $timers 2>/dev/null
echo '#services'
services=$([ -z "$timers" ] || systemctl show --no-pager -p Unit -- $timers 2>/dev/null | sed -n 's/^Unit=//p' | sort -u)
[ -z "$services" ] || TZ=UTC systemctl show --no-pager -p Id,ActiveState,Result,ExecMainExitTimestamp,ExecStart -- $services 2>/dev/null
set +f
echo '#cron'
for file in /etc/crontab /etc/anacrontab /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/*; do
  [ -f "$file" ] && [ -r "$file" ] && echo "=$file" && head -c 20000 "$file" | grep -a -v '^[[:space:]]*#' | grep -a -i -E -e 'log|-delete|rm '
done
echo '#logrotate'
for file in /etc/logrotate.d/*; do
  [ -f "$file" ] && [ -r "$file" ] && echo "=$file" && head -c 20000 "$file" | grep -v '^[[:space:]]*#'
done
echo '#journal'
for file in /etc/cron.d/windsock-*; do
  [ ! -f "$file" ] || journalctl -q -n 1 -o json -t "\${file##*/}" 2>/dev/null
done
echo '#rotated'
# What is in the status only root may read; when it was written last, everybody.
stat -c '%Y %n' /var/lib/logrotate/status /var/lib/logrotate/logrotate.status /var/lib/logrotate.status /etc/logrotate.d/* 2>/dev/null
echo '#end'
`;

/** What cleans up logs on a host: timers and their services, lines of cron, rules of logrotate. */
export async function readSchedules(
  host: Host,
  {logFolder, airflowHome, runAs}: Pick<Installation, 'logFolder' | 'airflowHome' | 'runAs'>,
  now: () => number = Date.now,
): Promise<FoundSchedules> {
  const [{stdout, stderr}, ofUsers] = await Promise.all([host.exec(['sh', '-c', script]), readCrontabs(host, runAs)]);
  if (!/^#end$/m.test(stdout)) throw new Problem('host.command-failed', `${host.name}: ${oneLine(stderr, 200)}`);
  const sections = new Map(
    stdout.split(/^#(?=(?:clock|timers|services|cron|logrotate|journal|rotated|end)$)/m).map(part => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1)] as const;
    }),
  );
  const of = (section: string) => sections.get(section) ?? '';
  const clockMs = now() - readClock(of('clock'));
  const isOurs = (text: string) => cleansLogs(text, [logFolder, airflowHome]);
  return {
    host: host.name,
    found: [
      ...timers(of('timers'), of('services'), clockMs, isOurs),
      ...cronLines([...filesIn(of('cron')), ...ofUsers], of('journal'), clockMs, isOurs),
      ...rotations(of('logrotate'), of('rotated'), clockMs, [logFolder, airflowHome]),
    ],
  };
}

/** By its words: it deletes or moves, and it is about these folders or says that it is about Airflow's logs. */
function cleansLogs(text: string, folders: readonly string[]): boolean {
  if (/windsock-[a-z0-9-]+/.test(text)) return true;
  const isAbout = folders.some(folder => text.includes(folder)) || /airflow/i.test(text);
  return (
    isAbout && /log/i.test(text) && /-delete|\brm\b|clean|purge|prune|archive|rotate|tmpreaper|tmpwatch/i.test(text)
  );
}

type Properties = ReadonlyMap<string, string>;

const blocks = (text: string): readonly Properties[] =>
  text
    .split(/\n\n+/)
    .map(block => new Map(block.split('\n').flatMap(line => (line.includes('=') ? [split(line)] : []))))
    .filter(block => block.has('Id'));

const split = (line: string): readonly [string, string] => {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
};

/** "Wed 2026-11-25 03:15:00 UTC", by the clock of this machine. */
function timeOf(text: string | undefined, clockMs: number): number | undefined {
  const [, date, time] = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC/.exec(text ?? '') ?? [];
  return date === undefined ? undefined : Date.parse(`${date}T${time}Z`) + clockMs;
}

function timers(
  text: string,
  services: string,
  clockMs: number,
  isOurs: (text: string) => boolean,
): readonly FoundSchedule[] {
  const byName = new Map(blocks(services).map(service => [service.get('Id'), service]));
  return blocks(text).flatMap(timer => {
    const service = byName.get(timer.get('Unit') ?? '');
    const does = /argv\[\]=(.*?) ; ignore_errors/.exec(service?.get('ExecStart') ?? '')?.[1] ?? '';
    const name = timer.get('Id') ?? '';
    if (!isOurs(`${name} ${does}`)) return [];
    const active = service?.get('ActiveState');
    const ended = timeOf(service?.get('ExecMainExitTimestamp'), clockMs);
    const last = ended ?? timeOf(timer.get('LastTriggerUSec'), clockMs);
    const result = service?.get('Result');
    return [
      {
        kind: 'timer' as const,
        name: oneLine(name, 100),
        does: oneLine(does, 300),
        ...defined('lastRunMs', last),
        ...(active === 'activating' || active === 'active'
          ? {lastResult: 'runs' as const}
          : ended === undefined
            ? {}
            : {lastResult: result === 'success' ? ('done' as const) : ('failed' as const)}),
        ...defined('nextRunMs', timeOf(timer.get('NextElapseUSecRealtime'), clockMs)),
        ...(timer.get('ActiveState') === 'active' ? {} : {isOff: true as const}),
      },
    ];
  });
}

const defined = <K extends string>(key: K, value: number | undefined): {readonly [P in K]?: number} =>
  value === undefined ? {} : ({[key]: value} as {readonly [P in K]: number});

const filesIn = (text: string): readonly CronLines[] =>
  text.split(/^=(?=\/)/m).flatMap(part => {
    const [, path] = /^(\/.*)\n/.exec(part) ?? [];
    if (path === undefined) return [];
    const lines = part.split('\n').slice(1);
    return [{path, lines: lines.filter(line => line.trim() !== '')}];
  });

const journalEntry = v.object({
  __REALTIME_TIMESTAMP: v.string(),
  SYSLOG_IDENTIFIER: v.optional(v.string()),
  MESSAGE: v.optional(v.unknown()),
});

function cronLines(
  files: readonly CronLines[],
  journal: string,
  clockMs: number,
  isOurs: (text: string) => boolean,
): readonly FoundSchedule[] {
  const said = journal.split('\n').flatMap(line => {
    const entry = v.safeParse(v.pipe(v.string(), v.parseJson(), journalEntry), line);
    const message = entry.success ? entry.output.MESSAGE : undefined;
    if (!entry.success || typeof message !== 'string' || !/^(Done|Failed): /.test(message)) return [];
    return [
      {name: entry.output.SYSLOG_IDENTIFIER, message, atMs: Number(entry.output.__REALTIME_TIMESTAMP) / 1000 + clockMs},
    ];
  });
  return files.flatMap(({path, lines}) => {
    const line = lineOf(path, lines, isOurs);
    if (line === undefined) return [];
    const last = said.findLast(({name}) => name !== undefined && path.endsWith(`/${name}`));
    return [
      {
        kind: 'cron' as const,
        name: oneLine(path, 200),
        does: oneLine(line, 300),
        ...(last === undefined
          ? {}
          : {
              lastRunMs: last.atMs,
              lastResult: last.message.startsWith('Done') ? ('done' as const) : ('failed' as const),
            }),
      },
    ];
  });
}

const deletes = /-delete|\brm\b/;

/** The line that cleans up. A script names the folder in one line, and deletes in another. */
function lineOf(path: string, lines: readonly string[], isOurs: (text: string) => boolean): string | undefined {
  const isScript = /^\/etc\/cron\.\w+ly\//.test(path) && isOurs(lines.join('\n'));
  return lines.find(isOurs) ?? (isScript ? lines.find(line => deletes.test(line)) : undefined);
}

/** logrotate goes through all rules in one run. A rule that is younger than the last run was in none. */
function rotations(text: string, times: string, clockMs: number, folders: readonly string[]): readonly FoundSchedule[] {
  const written = new Map(
    [...times.matchAll(/^(\d+) (.*)$/gm)].map(([, seconds, path]) => [path, Number(seconds) * 1000 + clockMs]),
  );
  const lastMs = Math.max(...[...written].flatMap(([path, ms]) => (path?.startsWith('/var/lib/') ? [ms] : [])));
  return filesIn(text).flatMap(({path, lines}) => {
    const line = lines.find(each => folders.some(folder => each.includes(`${folder}/`)));
    if (line === undefined) return [];
    const hasRun = lastMs >= (written.get(path) ?? Number.POSITIVE_INFINITY);
    return [
      {
        kind: 'logrotate' as const,
        name: oneLine(path, 200),
        does: oneLine(line, 300),
        ...(hasRun ? {lastRunMs: lastMs} : {}),
      },
    ];
  });
}
