import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, readFile, realpath, rm, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {onTestFinished} from 'vitest';
import {openHost} from '../../../src/host/open.ts';
import type {CleanContext} from '../../../src/logs/clean-up.ts';
import {PlanFolder} from '../../../src/profile/plan-folder.ts';

const daySeconds = 86_400;

/** A log folder on this machine, in memory where there is such a folder, and room beside it. */
export type LogFolder = {
  readonly folder: string;
  readonly logs: string;
  readonly context: CleanContext;
  write(path: string, ageDays: number, content?: string | Buffer): Promise<void>;
};

export async function logFolder(): Promise<LogFolder> {
  const shared = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = await realpath(await mkdtemp(join(shared, 'windsock-archive-')));
  const host = openHost({kind: 'local', name: 'af-1'}, {become: 'none'});
  onTestFinished(async () => {
    host.close();
    await rm(folder, {recursive: true, force: true});
  });
  const logs = join(folder, 'logs');
  await mkdir(logs);
  const places = {
    ...{runAs: 'login' as const, python: undefined, logFolder: logs, otherLogFolders: []},
    ...{logTemplate: undefined, dagFileLogFolders: [], managerLog: undefined},
  };
  return {
    folder,
    logs,
    context: {
      host,
      installation: async () => places,
      folder: new PlanFolder(join(folder, 'state')),
      cleaned: {profile: 'test', address: 'local'},
      now: Date.now,
    },
    write: async (path, ageDays, content = 'x'.repeat(5_000)) => {
      const at = Date.now() / 1000 - ageDays * daySeconds;
      await mkdir(dirname(join(logs, path)), {recursive: true});
      await writeFile(join(logs, path), content);
      await utimes(join(logs, path), at, at);
    },
  };
}

/** Of all files below a folder, by their paths. */
export async function contents(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const read = files.sort().map(async path => [path.slice(folder.length + 1), await readFile(path, 'latin1')] as const);
  return new Map(await Promise.all(read));
}
