import {readClock} from '../host/clock.ts';
import type {Host} from '../host/host.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';

// Kernel threads (children of 2) are left out.
const processes = `
echo '#processes'
ps -ww -o pid=,ppid=,etimes=,rss=,user:32=,args= --ppid 2 -p 2 -N | cut -c1-600
echo '#cgroups'
grep -HE '^(0:|[0-9]+:name=systemd):' /proc/[0-9]*/cgroup 2>/dev/null | grep -v ':/$'
`;

// One exec for everything. Its arguments: `all` for all service units but templates, or an empty one and unit names.
// `find -size -64k` keeps grep away from binaries.
const script = `
LC_ALL=C; export LC_ALL
p=$(command -v systemctl) || { echo '#none no systemctl'; exit 0; }
[ -d /run/systemd/system ] || { echo '#none systemd did not start this system'; exit 0; }
all=$1; shift
if [ -n "$all" ]; then
  set -f
  set -- $({ systemctl list-unit-files --type=service --no-legend --no-pager
    systemctl list-units --type=service --all --plain --no-legend --no-pager; } |
    awk '$1 ~ /\\.service$/ && $1 !~ /@\\.service$/ {print $1}' | sort -u)
  set +f
fi
shown=
[ $# -eq 0 ] || shown=$(TZ=UTC systemctl show --no-pager -p Id,LoadState,ActiveState,SubState,UnitFileState,StateChangeTimestamp \\
  -p MainPID,NRestarts,Result,ExecMainCode,ExecMainStatus,NeedDaemonReload,TimeoutStopUSec,User,MemoryCurrent \\
  -p InvocationID,RequiredBy,BoundBy,ConsistsOf,ExecStart -- "$@" 2>&1) || { printf '#none %s\\n' "$shown"; exit 0; }
printf '#systemctl\\n%s\\n#units\\n%s\\n#clock\\n' "$p" "$shown"
date '+%s %N'
${processes}
echo '#scripts'
if [ -n "$all" ]; then
  set -- $(printf '%s\\n' "$shown" | sed -n 's/^ExecStart={ path=\\([^ ;]*\\) ;.*/\\1/p' | sort -u)
  find -L "$@" -maxdepth 0 -type f -size -64k -exec grep -HsI -m 50 airflow {} + 2>/dev/null
fi
echo '#end'
`;

/** What one look at a host showed, as text, by section. */
export type Probe = {
  /** The path of systemctl there. */
  readonly systemctl: string;
  readonly units: string;
  /** The clock of the host when it looked, in milliseconds since 1970; exact to a second where it cannot do better. */
  readonly clockMs: number;
  readonly processes: string;
  readonly cgroups: string;
  readonly scripts: string;
};

/**
 * Looks at some units of a host or at all of its services, and at its processes. One exec.
 * Throws `Problem`: `host.no-systemd`, and what the connection throws.
 */
export async function probe(
  host: Host,
  which: 'all' | {readonly units: readonly string[]},
  signal?: AbortSignal,
): Promise<Probe> {
  const args = which === 'all' ? ['all'] : ['', ...which.units];
  const {stdout, stderr} = await host.exec(['sh', '-c', script, 'sh', ...args], signal === undefined ? {} : {signal});
  return sections(host.name, stdout, stderr);
}

/** Only the processes, as `probe` has them: where no systemd answers. One exec. */
export async function probeProcesses(host: Host, signal?: AbortSignal): Promise<Pick<Probe, 'processes' | 'cgroups'>> {
  const script = `LC_ALL=C; export LC_ALL\n${processes}`;
  const {stdout} = await host.exec(['sh', '-c', script], signal === undefined ? {} : {signal});
  const of = sectionsOf(stdout);
  return {processes: of('processes'), cgroups: of('cgroups')};
}

/** The text of each section, by the name that stands above it; empty where there is none. */
function sectionsOf(stdout: string): (section: string) => string {
  const parts: ReadonlyMap<string, string> = new Map(
    stdout
      .split(/^#(?=(?:systemctl|units|clock|processes|cgroups|scripts|end)$)/m)
      .map(part => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)] as const),
  );
  return section => parts.get(section) ?? '';
}

function sections(host: string, stdout: string, stderr: string): Probe {
  const none = /^#none (.*)/m.exec(stdout);
  if (none !== null && !stdout.includes('\n#units\n')) {
    throw new Problem('host.no-systemd', `${host}: ${oneLine(none[1] ?? '', 200)}`);
  }
  if (!/^#end$/m.test(stdout)) {
    throw new Problem('host.command-failed', `${host}: the units could not be read: ${oneLine(stderr, 200)}`);
  }
  const of = sectionsOf(stdout);
  return {
    systemctl: of('systemctl').trim(),
    units: of('units'),
    clockMs: readClock(of('clock')),
    processes: of('processes'),
    cgroups: of('cgroups'),
    scripts: of('scripts'),
  };
}
