import type {Component} from '../airflow/component.ts';
import {mainProcesses, type Processes} from './processes.ts';
import {componentOfCommand, componentOfScript} from './recognise.ts';
import {type Command, commandsOf, first, type Shown} from './show.ts';

/** The units that run Airflow, and what each runs. */
export type Found = ReadonlyMap<string, Component>;

/** What systemctl can be given by name: no option, no pattern, nothing that a terminal obeys. */
const unitName = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*\.service$/;

/** Programs that run whatever they are given: an Airflow process among theirs does not make their unit one of Airflow's. */
const hosting =
  /^(supervisord|circusd|cron|crond|anacron|atd|sshd|in\.telnetd|login|agetty|dockerd|containerd|podman|conmon|kubelet|k3s|crio|lxcfs|lxd|incusd|systemd-nspawn|runsvdir|s6-svscan|monit|nomad|jenkins|java|puppet|salt-minion|systemd|screen|tmux)$/;

/**
 * Finds the units of Airflow by what they run, never by their names: by the command of the unit, else by the wrapper script that it
 * calls, else by the processes in its cgroup. What was found before stays found while its unit exists, so that
 * a stopped unit whose processes gave it away does not vanish. A masked unit runs nothing: only there the name must do.
 *
 * @param scripts the lines of small unit programs that name airflow, as `grep -H` prints them
 */
export function discover(units: readonly Shown[], processes: Processes, scripts: string, before: Found): Found {
  const found = new Map<string, Component>();
  for (const shown of units) {
    const id = first(shown, 'Id');
    const load = first(shown, 'LoadState');
    if (!unitName.test(id) || found.has(id)) continue;
    const commands = commandsOf(shown);
    const component =
      ofCommands(commands) ??
      ofScripts(commands, scripts) ??
      ofProcesses(id, commands, processes) ??
      (load === 'not-found' ? undefined : before.get(id)) ??
      (load === 'masked' ? ofName(id) : undefined);
    if (component !== undefined) found.set(id, component);
  }
  return found;
}

const ofCommands = (commands: readonly Command[]) => firstOf(commands, ({argv}) => componentOfCommand(argv));

function ofScripts(commands: readonly Command[], scripts: string): Component | undefined {
  return firstOf(commands, ({path, argv}) => {
    const lines = scripts
      .split('\n')
      .filter(line => line.startsWith(`${path}:`))
      .map(line => line.slice(path.length + 1));
    return lines.length === 0 ? undefined : componentOfScript(lines, argv);
  });
}

/** A unit whose processes are several components is all in one, as `airflow standalone` is. */
function ofProcesses(id: string, commands: readonly Command[], processes: Processes): Component | undefined {
  if (commands.some(({path}) => hosting.test(path.replace(/^.*\//, '')))) return undefined;
  const components = new Set(
    mainProcesses(processes)
      .filter(({place}) => place.at === 'unit' && place.unit === id)
      .map(({kind}) => kind.main),
  );
  return components.size > 1 ? 'standalone' : [...components][0];
}

function ofName(id: string): Component | undefined {
  const [, component] = /airflow[-_@]?(.*)\.service$/.exec(id) ?? [];
  return component === undefined
    ? undefined
    : componentOfCommand(`airflow ${component === 'worker' ? 'celery ' : ''}${component}`);
}

function firstOf<T>(items: readonly T[], component: (item: T) => Component | undefined): Component | undefined {
  for (const item of items) {
    const found = component(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
