import {ancestors, family, hasAncestor, mainProcesses, memoryOf, type Process, type Processes} from './processes.ts';
import type {LooseProcess, Orphan} from './unit.ts';

/** Components that run, but in none of the units. `units` are the names of those that run Airflow. */
export function looseProcesses(
  host: string,
  processes: Processes,
  units: ReadonlySet<string>,
): readonly LooseProcess[] {
  return mainProcesses(processes)
    .filter(({place}) => place.at !== 'unit' || !units.has(place.unit))
    .map(process => ({
      host,
      component: process.kind.main,
      pid: process.pid,
      user: process.user,
      memoryBytes: memoryOf(family(processes, process)),
      why: why(processes, process, process.kind.main),
    }));
}

const supervisors = /^(supervisord|circusd|runsv|s6-supervise|monit|pm2|nomad|systemd-nspawn)$/;
const handy = /^(cron|crond|anacron|atd|ssh|sshd|telnet|getty@.*|console-getty|serial-getty@.*|session-.*)\.service$/;

function why(processes: Processes, process: Process, component: string): string {
  if (component === 'standalone') {
    return 'airflow standalone runs all components in one: end it where it was started, and start it again there.';
  }
  const {place} = process;
  if (place.at === 'container') {
    return 'It runs in a container: restart it with what runs the container (docker, podman, kubectl).';
  }
  if (place.at === 'user-unit') {
    return `It is ${place.unit} of the own systemd of ${process.user}: restart it there with systemctl --user.`;
  }
  const supervisor = [...ancestors(processes, process)].map(programOf).find(name => supervisors.test(name));
  if (supervisor === 'supervisord') return 'supervisord runs it: restart it with supervisorctl.';
  if (supervisor !== undefined) return `${supervisor} runs it: restart it there.`;
  if (place.at === 'unit' && !handy.test(place.unit)) {
    return `It runs inside ${place.unit}, which is not a unit of Airflow: restart it there.`;
  }
  return 'It was started by hand or with -D: no unit starts it again when it ends.';
}

/** "/usr/bin/python3 /usr/bin/supervisord -n" → "supervisord". */
function programOf({title}: Process): string {
  const [first = '', second = ''] = title.split(/\s+/).map(word => word.replace(/^.*\//, ''));
  return /^python[\d.]*$/.test(first) ? second : first;
}

/**
 * Children of a component that was killed (kill -9 leaves DagFileProcessorManager, the log server and LocalExecutor's workers alive).
 * One whose parent lives is that parent's, not an orphan; a unit that is stopped ends its own.
 */
export function orphans(host: string, processes: Processes, units: ReadonlySet<string>): readonly Orphan[] {
  return [...processes.values()]
    .filter(
      process =>
        process.kind === 'child' &&
        /^airflow /.test(process.title) &&
        (process.place.at === 'session' || (process.place.at === 'unit' && units.has(process.place.unit))) &&
        !hasAncestor(processes, process, ({kind}) => kind !== undefined),
    )
    .map(process => ({
      host,
      pid: process.pid,
      user: process.user,
      memoryBytes: memoryOf(family(processes, process)),
      title: process.title,
    }));
}
