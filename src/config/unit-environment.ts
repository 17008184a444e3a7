import {isUtf8} from 'node:buffer';
import {expectProblem, type Problem} from '../problems/problem.ts';
import {parseEnvironmentFile} from './environment-file.ts';
import type {HostFile} from './host-files.ts';
import type {UnitEnvironment, Variable} from './sources.ts';
import type {UnitFact} from './unit-facts.ts';

/** Reads a file of the host. Throws `Problem` (`host.file-missing`, `host.file-denied` …). */
export type ReadFile = (path: string) => Promise<HostFile>;

export type UnitToRead = UnitFact & {readonly mainPid: number | undefined};

export type Environments = {
  readonly environments: readonly UnitEnvironment[];
  /** The files that were read, each once. */
  readonly files: readonly HostFile[];
  readonly problems: readonly Problem[];
};

/**
 * What systemd gives to each unit: `Environment=`, then each `EnvironmentFile=`, where the later one wins. systemd reads
 * those as root. Where we may not, the running process is asked for what it was started with; that is said as a problem, too,
 * since a restart may change it.
 */
export async function readEnvironments(units: readonly UnitToRead[], read: ReadFile): Promise<Environments> {
  const problems: Problem[] = [];
  const seen = new Map<string, HostFile | Problem>();
  const once = async (path: string): Promise<HostFile | Problem> => {
    const known = seen.get(path);
    if (known) return known;
    const file = await read(path).catch(expectProblem);
    seen.set(path, file);
    return file;
  };

  const environments: UnitEnvironment[] = [];
  for (const unit of units) {
    const variables = new Map<string, Variable>();
    for (const [name, value] of unit.environment) variables.set(name, {value, from: {kind: 'unit'}});
    let isWhole = true;
    for (const {path, optional} of unit.files) {
      const isNew = !seen.has(path);
      const file = await once(path);
      if ('code' in file) {
        if (file.code === 'host.file-missing' && optional) continue;
        isWhole = false;
        if (isNew) problems.push(file);
        continue;
      }
      for (const [name, value] of parseEnvironmentFile(textOf(file))) {
        variables.set(name, {value, from: {kind: 'file', path}});
      }
    }
    if (!isWhole && unit.mainPid !== undefined) await addFromProcess(unit.mainPid, variables, read);
    environments.push({unit: unit.name, variables});
  }
  const files = [...seen.values()].flatMap(file => ('code' in file ? [] : [file]));
  return {environments, files, problems};
}

async function addFromProcess(pid: number, variables: Map<string, Variable>, read: ReadFile): Promise<void> {
  const file = await read(`/proc/${pid}/environ`).catch(expectProblem);
  // The problem of the unit's own file is said already.
  if ('code' in file) return;
  for (const assignment of textOf(file).split('\0')) {
    const equals = assignment.indexOf('=');
    const name = assignment.slice(0, equals);
    const value = assignment.slice(equals + 1);
    if (equals > 0 && variables.get(name)?.value !== value) variables.set(name, {value, from: {kind: 'process', pid}});
  }
}

const textOf = ({bytes}: HostFile) => Buffer.from(bytes).toString(isUtf8(bytes) ? 'utf8' : 'latin1');
