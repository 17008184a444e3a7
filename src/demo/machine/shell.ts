import {type ChildProcess, spawn} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Duplex, Writable} from 'node:stream';
import type {Folder} from '../files/folder.ts';
import type {World} from '../world/world.ts';
import {writeCgroups} from './cgroups.ts';
import {standInNames} from './stand-ins.ts';
import {uptime} from './uptime.ts';

// Elsewhere than in PATH it would be the one of the real machine.
const programPath = new RegExp(`(?<![\\w/.])(/usr)?(/local)?/s?bin/(?=(${standInNames.join('|')})(?![\\w-]))`, 'g');

/** How a command ended: the exit code, or the signal without its "SIG". */
type ShellEnd = {readonly code: number} | {readonly signal: string};

export type Running = {
  readonly ended: Promise<ShellEnd>;
  /** To the command and all that it started. */
  signal(name: NodeJS.Signals): void;
};

/** Runs command lines with /bin/sh, in the temporary folder and with the stand-in programs first in PATH. */
export class Shell {
  readonly #world: World;
  readonly #folder: Folder;
  readonly #running = new Set<ChildProcess>();

  constructor(world: World, folder: Folder) {
    this.#world = world;
    this.#folder = folder;
  }

  run(command: string, io: {readonly inOut: Duplex; readonly err: Writable}): Running {
    const {proc, home} = this.#folder;
    writeFileSync(join(proc, 'uptime'), uptime(this.#world));
    writeCgroups(this.#world, this.#folder);
    // A process group of its own: it can be ended whole.
    const child = spawn('/bin/sh', ['-c', this.#located(command)], {
      cwd: home,
      env: this.#environment(),
      detached: true,
    });
    this.#running.add(child);
    child.stdin.on('error', () => {});
    io.inOut.pipe(child.stdin);
    child.stdout.pipe(io.inOut, {end: false});
    child.stderr.pipe(io.err, {end: false});
    child.once('exit', () => endGroup(child, 'SIGKILL'));
    const ended = new Promise<ShellEnd>(resolve => {
      child.once('error', () => resolve({code: 127}));
      child.once('close', (code, signal) => {
        this.#running.delete(child);
        resolve(signal === null ? {code: code ?? 255} : {signal: signal.replace(/^SIG/, '')});
      });
    });
    // Later the number may be that of another process.
    return {
      ended,
      signal: name => {
        if (this.#running.has(child)) endGroup(child, name);
      },
    };
  }

  /** Ends everything that still runs. */
  endAll(): void {
    for (const child of this.#running) endGroup(child, 'SIGKILL');
  }

  /** The pids of what still runs. */
  pids(): number[] {
    return [...this.#running].flatMap(({pid}) => pid ?? []);
  }

  /** The command with those paths of a machine that the demo has elsewhere. */
  #located(command: string): string {
    const {proc, run, bin, log} = this.#folder;
    return command
      .replace(/(?<![\w/.])\/proc\/(?=uptime\b|\[0-9\])/g, `${proc}/`)
      .replace(/(?<![\w/.])\/run\/systemd\b/g, `${run}/systemd`)
      .replace(/(?<![\w/.])\/var\/log\/(?=dpkg\.log\b|wtmp\b)/g, `${log}/`)
      .replace(programPath, `${bin}/`);
  }

  #environment(): NodeJS.ProcessEnv {
    const {bin, home, tmp} = this.#folder;
    const system = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
    // The system's first: a shim for python3 in a home folder would look for that folder.
    const PATH = [bin, system, process.env.PATH].join(':');
    return {PATH, HOME: home, TMPDIR: tmp, USER: 'demo', LOGNAME: 'demo', SHELL: '/bin/sh', LANG: 'C.UTF-8'};
  }
}

function endGroup({pid}: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Nobody is left in the group (EPERM: macOS, where only zombies are).
    if (!['ESRCH', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}
