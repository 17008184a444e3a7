import type {DemoUnit} from './unit.ts';
import type {World} from './world.ts';

/** A process of the demo's machine, as `ps` lists it. */
export type DemoProcess = {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly startedAt: number;
  readonly residentKib: number;
  readonly title: string;
  readonly unit: string;
};

type Child = {readonly title: string; readonly startedAt?: number; readonly of?: number};

/** The processes of all units that run: a main process each, and the children that 3.3 has. */
export function processes(world: World, airflowProgram: string): DemoProcess[] {
  return [...world.units.values()]
    .filter(unit => unit.mainPid !== 0)
    .flatMap(unit => ofUnit(unit, childrenOf(unit, world), airflowProgram));
}

function ofUnit(unit: DemoUnit, children: readonly Child[], program: string): DemoProcess[] {
  const kib = Math.floor(unit.memoryBytes / 1024);
  const share = Math.floor((kib * 0.4) / Math.max(1, children.length));
  const mainTitle =
    unit.component === 'api-server' ? 'airflow api_server -- host:127.0.0.1 port:8080' : `${program} ${unit.component}`;
  const common = {user: 'airflow', unit: unit.name};
  const born = unit.activeEnterAt ?? 0;
  const residentKib = kib - share * children.length;
  return [
    {...common, pid: unit.mainPid, ppid: 1, startedAt: born, residentKib, title: mainTitle},
    ...children.map(({title, startedAt = born, of}, i) => {
      const ppid = unit.mainPid + (of === undefined ? 0 : of + 1);
      return {...common, pid: unit.mainPid + 1 + i, ppid, startedAt, residentKib: share, title};
    }),
  ];
}

const WORKERS = 4;

/** LocalExecutor's workers run the tasks: one that has a task shows its id and has a child for it. */
function childrenOf(unit: DemoUnit, world: World): Child[] {
  if (unit.component === 'triggerer') return [{title: 'airflow serve-logs'}];
  if (unit.component !== 'scheduler') return [];
  const born = unit.activeEnterAt ?? 0;
  const busy = world.runs
    .all()
    .filter(run => run.state === 'running')
    .flatMap(run => run.tasks)
    .filter(task => task.state === 'running' && (task.startedAt ?? 0) >= born);
  const workers = Array.from({length: Math.max(WORKERS, busy.length)}, (_, i) => busy[i]);
  const titles = workers.map(task => ({title: `airflow worker -- LocalExecutor: ${task?.id ?? '<idle>'}`}));
  const tasks = busy.map((task, i) => ({
    title: `airflow worker -- ${task.id}`,
    of: i + 1,
    startedAt: task.startedAt ?? born,
  }));
  return [{title: 'airflow serve-logs'}, ...titles, ...tasks];
}
