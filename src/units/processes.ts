import type {Component} from '../airflow/component.ts';
import {clean} from '../text.ts';
import {kindOfProcess, type ProcessKind} from './recognise.ts';

export type Process = {
  readonly pid: number;
  readonly parent: number;
  readonly ageMs: number;
  readonly memoryBytes: number;
  readonly user: string;
  readonly title: string;
  readonly kind: ProcessKind;
  readonly place: Place;
};

/** What a process belongs to, by its cgroup. */
export type Place =
  | {readonly at: 'unit'; readonly unit: string}
  | {readonly at: 'user-unit'; readonly unit: string}
  | {readonly at: 'container'}
  | {readonly at: 'session'};

/** All processes of a host that could be seen. */
export type Processes = ReadonlyMap<number, Process>;

/** Reads the output of `ps -o pid=,ppid=,etimes=,rss=,user:32=,args=` and the cgroups as grep -H prints them. */
export function parseProcesses(ps: string, cgroups: string): Processes {
  const paths = parseCgroups(cgroups);
  const root = rootOf(paths.get(1) ?? '');
  const processes = new Map<number, Process>();
  for (const line of ps.split('\n')) {
    const [, pid, parent, seconds, kibibytes, user, title] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (user === undefined || title === undefined) continue;
    const path = paths.get(Number(pid)) ?? '';
    const text = clean(title).trim();
    processes.set(Number(pid), {
      pid: Number(pid),
      parent: Number(parent),
      ageMs: Number(seconds) * 1000,
      memoryBytes: Number(kibibytes) * 1024,
      user,
      title: text,
      kind: kindOfProcess(text),
      place: placeOf(path.startsWith(root) ? path.slice(root.length) : path),
    });
  }
  return processes;
}

/** With cgroup v1 or both, systemd keeps its units in the hierarchy `name=systemd`; with v2 alone in `0::`. */
function parseCgroups(text: string): ReadonlyMap<number, string> {
  const paths = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, pid, hierarchy, path] = /^\/proc\/(\d+)\/cgroup:\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (hierarchy !== '' || !paths.has(Number(pid))) paths.set(Number(pid), path);
  }
  return paths;
}

/** A system inside a container sees its own units below the path of the container: that of its process 1. */
const rootOf = (pathOfInit: string): string => pathOfInit.replace(/\/(init\.scope|systemd)$/, '');

const container =
  /\/(docker|lxc|libpod_parent|lxc\.payload[^/]*)\/|\/(docker|libpod|crio|cri-containerd|nerdctl)-[^/]+\.scope|\/kubepods|\/machine-[^/]+\.scope|\/systemd-nspawn@|\/payload\//;

function placeOf(path: string): Place {
  if (container.test(path)) return {at: 'container'};
  const units = [...path.matchAll(/\/([^/]+\.service)(?=\/|$)/g)].flatMap(([, unit]) => unit ?? []);
  const [unit, inner] = units;
  if (unit === undefined) return {at: 'session'};
  if (!/^user@\d+\.service$/.test(unit)) return {at: 'unit', unit};
  return inner === undefined ? {at: 'session'} : {at: 'user-unit', unit: inner};
}

/** The parents of a process, nearest first. */
export function* ancestors(processes: Processes, process: Process): Generator<Process> {
  const seen = new Set([process.pid]);
  let parent = processes.get(process.parent);
  while (parent !== undefined && !seen.has(parent.pid)) {
    yield parent;
    seen.add(parent.pid);
    parent = processes.get(parent.parent);
  }
}

export function hasAncestor(processes: Processes, process: Process, test: (ancestor: Process) => boolean): boolean {
  for (const ancestor of ancestors(processes, process)) if (test(ancestor)) return true;
  return false;
}

/** The main process of each component that runs: a child with the title of its parent is no second one. */
export function mainProcesses(processes: Processes): readonly MainProcess[] {
  return [...processes.values()].filter(isMain).filter(process => !hasAncestor(processes, process, isMain));
}

export type MainProcess = Process & {readonly kind: {readonly main: Component}};

const isMain = (process: Process): process is MainProcess => typeof process.kind === 'object';

export const inUnit = (processes: Processes, unit: string): readonly Process[] =>
  [...processes.values()].filter(({place}) => place.at === 'unit' && place.unit === unit);

/** A process and all that descend from it. */
export const family = (processes: Processes, head: Process): readonly Process[] =>
  [...processes.values()].filter(
    process => process.pid === head.pid || hasAncestor(processes, process, ({pid}) => pid === head.pid),
  );

export const memoryOf = (processes: readonly Process[]): number =>
  processes.reduce((sum, {memoryBytes}) => sum + memoryBytes, 0);
