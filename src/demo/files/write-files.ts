import {chmodSync, mkdirSync, utimesSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {chance} from '../world/chance.ts';
import {brokenFile} from '../world/dags.ts';
import type {World} from '../world/world.ts';
import {airflowCfg, environmentFile, unitFile} from './airflow-cfg.ts';
import {dagFiles} from './dag-files.ts';
import {dpkgLog} from './dpkg-log.ts';
import type {Folder} from './folder.ts';

const DAY = 86_400_000;
/** Somebody saved it 26 minutes ago. */
const brokenSinceDays = 26 / (24 * 60);

/** Writes all but the logs: units, settings, DAG files, and a program that only says who it is. What the units read is older than their start. */
export function writeFiles(world: World, folder: Folder, apiPort: number): void {
  const age = (path: string, ageDays: number) => {
    const at = (world.startedAt - ageDays * DAY) / 1000;
    utimesSync(path, at, at);
  };
  const write = (path: string, text: string, ageDays: number, mode = 0o644) => {
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, text, {mode});
    age(path, ageDays);
  };
  for (const {name, component} of world.units.values())
    write(join(folder.units, name), unitFile(component, folder), 90);
  write(folder.environmentFile, environmentFile(folder), 40);
  write(join(folder.airflowHome, 'airflow.cfg'), airflowCfg(folder, apiPort), 4.5, 0o600);
  write(folder.airflowProgram, '#!/bin/sh\necho 3.3.2\n', 90);
  chmodSync(folder.airflowProgram, 0o755);
  // It tells the version without a run of the program.
  const packages = join(dirname(folder.airflowProgram), '../lib/python3.12/site-packages');
  write(join(packages, 'apache_airflow-3.3.2.dist-info/INSTALLER'), 'uv\n', 90);
  age(join(packages, 'apache_airflow-3.3.2.dist-info'), 90);
  for (const [name, text] of dagFiles()) {
    write(join(folder.dags, name), text, name === brokenFile.file ? brokenSinceDays : 5 + 100 * chance(name));
  }
  for (const part of [join(folder.dags, 'shared'), folder.dags]) age(part, 90);
  write(join(folder.log, 'dpkg.log'), dpkgLog(world.startedAt), 0.4);
  write(join(folder.log, 'wtmp'), '', 9);
}
