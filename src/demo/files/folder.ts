import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** The temporary folder: all that the demo has on disk. Only its owner may look into it. */
export type Folder = {
  readonly root: string;
  /** Stand-in programs, first in PATH. */
  readonly bin: string;
  /** Keys and known_hosts. */
  readonly ssh: string;
  /** Where `/proc` is for the commands of the demo's machine. */
  readonly proc: string;
  readonly run: string;
  /** Where `/var/log` is for what tells of packages and boots. */
  readonly log: string;
  readonly etc: string;
  readonly units: string;
  readonly environmentFile: string;
  /** The socket on which the stand-in programs reach the world. */
  readonly socket: string;
  readonly home: string;
  readonly tmp: string;
  readonly airflowHome: string;
  readonly dags: string;
  readonly logs: string;
  readonly airflowProgram: string;
  remove(): Promise<void>;
  removeNow(): void;
};

/** Makes the folder, empty but for its parts. */
export function makeFolder(): Folder {
  // A path with a blank would end up in commands.
  const parent = /^[\w./-]+$/.test(tmpdir()) ? tmpdir() : '/tmp';
  const root = mkdtempSync(join(parent, 'windsock-demo-'));
  const airflowHome = join(root, 'airflow');
  const etc = join(root, 'etc');
  const folder = {
    root,
    bin: join(root, 'bin'),
    ssh: join(root, 'ssh'),
    proc: join(root, 'proc'),
    run: join(root, 'run'),
    log: join(root, 'var/log'),
    etc,
    units: join(etc, 'systemd/system'),
    environmentFile: join(etc, 'default/airflow'),
    socket: join(root, 'world.sock'),
    home: join(root, 'home'),
    tmp: join(root, 'tmp'),
    airflowHome,
    dags: join(airflowHome, 'dags'),
    logs: join(airflowHome, 'logs'),
    airflowProgram: join(airflowHome, 'venv/bin/airflow'),
  };
  const {bin, ssh, proc, run, log, units, home, tmp, dags, logs, airflowProgram, environmentFile} = folder;
  const parts = [bin, ssh, proc, join(run, 'systemd/system'), log, units, home, tmp, dags, logs];
  for (const part of [...parts, join(airflowProgram, '..'), join(environmentFile, '..')]) {
    mkdirSync(part, {recursive: true});
  }
  const how = {recursive: true, force: true, maxRetries: 5, retryDelay: 20};
  const removeNow = () => rmSync(root, how);
  // Also when the process ends before the demo is complete.
  process.once('exit', removeNow);
  const remove = async () => {
    await rm(root, how);
    process.off('exit', removeNow);
  };
  return {...folder, remove, removeNow};
}
