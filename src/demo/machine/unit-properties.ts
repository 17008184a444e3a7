import type {Folder} from '../files/folder.ts';
import type {DemoUnit} from '../world/unit.ts';
import type {World} from '../world/world.ts';
import {bootedAt} from './uptime.ts';

/** How `systemctl show` prints times: as text, or with --timestamp=unix. */
export type TimeStyle = 'pretty' | 'unix' | 'us';

/** What `systemctl show` prints of a unit, in systemd's own order. */
export function unitProperties(
  unit: DemoUnit,
  {world, folder}: {readonly world: World; readonly folder: Folder},
  style: TimeStyle,
): [string, string][] {
  const stamp = (name: string, ms: number | undefined): [string, string][] => [
    [name, ms === undefined ? '' : timestamp(ms, style)],
    [`${name}Monotonic`, ms === undefined ? '0' : String(Math.floor((ms - bootedAt(world)) * 1000))],
  ];
  const lives = unit.mainPid !== 0;
  const command = `${folder.airflowProgram} ${unit.component}`;
  const exit = lives
    ? 'code=(null) ; status=0/0'
    : `code=${['', 'exited', 'killed'][unit.exitCode]} ; status=${unit.exitStatus}/0`;
  const exec = (words: string) =>
    `{ path=${folder.airflowProgram} ; argv[]=${words} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=${unit.lastPid} ; ${exit} }`;
  return [
    ['Type', 'simple'],
    ['ExitType', 'main'],
    ['Restart', 'no'],
    ['PIDFile', ''],
    ['NotifyAccess', 'none'],
    ['RestartUSec', '5s'],
    ['TimeoutStartUSec', '1min 30s'],
    ['TimeoutStopUSec', '1min 30s'],
    ['TimeoutAbortUSec', '1min 30s'],
    ['RuntimeMaxUSec', 'infinity'],
    ['MainPID', String(unit.mainPid)],
    ['ControlPID', '0'],
    ['StatusText', ''],
    ['Result', unit.result],
    ['NRestarts', String(unit.restarts)],
    ...stamp('ExecMainStartTimestamp', unit.activeEnterAt),
    ...stamp('ExecMainExitTimestamp', lives ? undefined : unit.inactiveEnterAt),
    ['ExecMainPID', String(unit.lastPid)],
    ['ExecMainCode', String(unit.exitCode)],
    ['ExecMainStatus', String(unit.exitStatus)],
    ['ExecStartPre', exec(`${folder.airflowProgram} db check`)],
    ['ExecStart', exec(command)],
    ['Slice', 'system.slice'],
    ['ControlGroup', lives ? `/system.slice/${unit.name}` : ''],
    ['MemoryCurrent', lives ? String(unit.memoryBytes) : '[not set]'],
    ['CPUUsageNSec', '[not set]'],
    ['TasksCurrent', lives ? '12' : '[not set]'],
    ['EnvironmentFiles', `${folder.environmentFile} (ignore_errors=no)`],
    ['UMask', '0022'],
    ['WorkingDirectory', folder.airflowHome],
    ['User', 'airflow'],
    ['Group', 'airflow'],
    ['KillMode', 'control-group'],
    ['KillSignal', '15'],
    ['Id', unit.name],
    ['Names', unit.name],
    ['Requires', 'sysinit.target system.slice'],
    ['RequiredBy', ''],
    ['BoundBy', ''],
    ['WantedBy', 'multi-user.target'],
    ['ConsistsOf', ''],
    ['After', 'network.target sysinit.target system.slice basic.target'],
    ['Description', unit.description],
    ['LoadState', 'loaded'],
    ['ActiveState', unit.state],
    ['FreezerState', 'running'],
    ['SubState', unit.sub],
    ['FragmentPath', `${folder.units}/${unit.name}`],
    ['DropInPaths', ''],
    ['UnitFileState', 'enabled'],
    ['UnitFilePreset', 'enabled'],
    ...stamp('StateChangeTimestamp', unit.changedAt),
    ...stamp('InactiveExitTimestamp', unit.inactiveExitAt),
    ...stamp('ActiveEnterTimestamp', unit.activeEnterAt),
    ...stamp('ActiveExitTimestamp', unit.activeExitAt),
    ...stamp('InactiveEnterTimestamp', unit.inactiveEnterAt),
    ['CanStart', 'yes'],
    ['CanStop', 'yes'],
    ['CanReload', 'no'],
    ['NeedDaemonReload', 'no'],
    ['InvocationID', unit.invocation],
  ];
}

/** What it prints of a unit that does not exist. */
export const missingProperties = (name: string): [string, string][] => [
  ['Restart', 'no'],
  ['TimeoutStopUSec', '1min 30s'],
  ['MainPID', '0'],
  ['Result', 'success'],
  ['NRestarts', '0'],
  ['ExecMainCode', '0'],
  ['ExecMainStatus', '0'],
  ['MemoryCurrent', '[not set]'],
  ['Id', name],
  ['Names', name],
  ['Description', name],
  ['LoadState', 'not-found'],
  ['ActiveState', 'inactive'],
  ['SubState', 'dead'],
  ['UnitFileState', ''],
  ['StateChangeTimestamp', ''],
  ['StateChangeTimestampMonotonic', '0'],
  ['NeedDaemonReload', 'no'],
];

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function timestamp(ms: number, style: TimeStyle): string {
  if (style === 'unix') return `@${Math.floor(ms / 1000)}`;
  const date = new Date(ms);
  const [day, time] = date.toISOString().split('T');
  const clock = style === 'us' ? `${time?.slice(0, 12)}000` : time?.slice(0, 8);
  return `${days[date.getUTCDay()]} ${day} ${clock} UTC`;
}
