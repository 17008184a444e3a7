import type {Change} from '../change.ts';
import {answerMs, budgetS, type ChangeSource} from '../source.ts';

/** So many are told: a new host has some hundreds. */
const most = 3_000;

// dpkg writes the local time of the host: `date` there knows what that is, also over a change of summer time. Minutes, since there are few.
const script = `
LC_ALL=C; export LC_ALL
since=$1
if [ -r /var/log/dpkg.log ]; then
  from=$(date -d "@$since" '+%Y-%m-%d %H:%M:%S')
  lines=$(cat /var/log/dpkg.log.1 /var/log/dpkg.log 2>/dev/null |
    awk -v from="$from" '$3 ~ /^(install|upgrade|remove|purge)$/ && $1" "$2 >= from' | tail -n ${most})
  echo '#dpkg'
  printf '%s\\n' "$lines"
  echo '#minutes'
  printf '%s\\n' "$lines" | cut -c 1-16 | uniq | sed '/^$/d' | while read -r minute; do
    echo "$minute $(date -d "$minute" +%s)"
  done
elif command -v rpm >/dev/null 2>&1; then
  echo '#rpm'
  timeout ${budgetS} rpm -qa --qf '%{INSTALLTIME} %{NAME} %{VERSION}-%{RELEASE}\\n' |
    awk -v since="$since" '$1 >= since' | sort -n | tail -n ${most}
else
  echo '#none'
fi
`;

/** Packages that were installed, upgraded and removed: by dpkg's log; of rpm only what is installed now. */
export const packagesSource: ChangeSource = {
  id: 'packages',
  title: 'Packages of the system',
  read: async ({host, here, sinceMs, signal}) => {
    const since = String(Math.floor(sinceMs / 1000));
    const {stdout} = await host.exec(['sh', '-c', script, 'sh', since], {signal, timeoutMs: answerMs});
    const found = stdout.startsWith('#rpm') ? parseRpm(stdout) : parseDpkg(stdout);
    const remarks = [
      ...(stdout.startsWith('#none')
        ? [`${host.name} has no log of dpkg and no rpm: its packages are not looked at.`]
        : []),
      ...(found.length < most ? [] : [`More than ${most} packages changed on ${host.name}: the oldest are missing.`]),
    ];
    return {
      changes: found.map(({atMs, name, done, detail}): Change => {
        const says = {one: `was ${done}`, many: `were ${done}`};
        return {atMs: here(atMs), host: host.name, kind: 'package', subject: name, says, group: done, detail};
      }),
      remarks,
    };
  },
};

type Packet = {readonly atMs: number; readonly name: string; readonly done: string; readonly detail: string};

const verbs: Readonly<Record<string, string>> = {
  install: 'installed',
  upgrade: 'upgraded',
  remove: 'removed',
  purge: 'removed',
};

const purgeMs = 5 * 60_000;

/** "2026-11-24 15:50:37 upgrade openssl:amd64 3.0.11 3.0.15". */
function parseDpkg(stdout: string): readonly Packet[] {
  const [lines = '', minutes = ''] = stdout.split('#minutes\n');
  const epoch = new Map(minutes.split('\n').map(line => [line.slice(0, 16), Number(line.slice(17)) * 1000] as const));
  const removedAtMs = new Map<string, number>();
  return lines.split('\n').flatMap(line => {
    const [, minute = '', second, verb = '', name, before, after] =
      /^(\d{4}-\d\d-\d\d \d\d:\d\d):(\d\d) (\w+) (\S+) (\S+) (\S+)/.exec(line) ?? [];
    const startMs = epoch.get(minute);
    const done = verbs[verb];
    if (name === undefined || startMs === undefined || done === undefined) return [];
    const detail = done === 'upgraded' ? `${before} → ${after}` : done === 'installed' ? `${after}` : `${before}`;
    const atMs = startMs + Number(second) * 1000;
    // A purge removes first, and says so.
    if (verb === 'purge' && atMs - (removedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < purgeMs) return [];
    if (verb === 'remove') removedAtMs.set(name, atMs);
    return [{atMs, name: name.replace(/:\w+$/, ''), done, detail}];
  });
}

function parseRpm(stdout: string): readonly Packet[] {
  return stdout.split('\n').flatMap(line => {
    const [, seconds, name, version] = /^(\d+) (\S+) (\S+)$/.exec(line) ?? [];
    if (name === undefined || version === undefined) return [];
    return [{atMs: Number(seconds) * 1000, name, done: 'installed or upgraded', detail: version}];
  });
}
