import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Folder} from '../files/folder.ts';
import {processes} from '../world/processes.ts';
import type {World} from '../world/world.ts';

/** Makes proc/PID/cgroup for each process of the world, and takes away those of processes that are gone. */
export function writeCgroups(world: World, {proc, airflowProgram}: Folder): void {
  const living = new Map([['1', '0::/init.scope\n']]);
  for (const {pid, unit} of processes(world, airflowProgram)) living.set(String(pid), `0::/system.slice/${unit}\n`);
  const present = new Set(readdirSync(proc).filter(name => /^\d+$/.test(name)));
  for (const pid of present) if (!living.has(pid)) rmSync(join(proc, pid), {recursive: true});
  for (const [pid, cgroup] of living) {
    if (present.has(pid)) continue;
    mkdirSync(join(proc, pid));
    writeFileSync(join(proc, pid, 'cgroup'), cgroup);
  }
}
