import {type ChildProcess, spawn} from 'node:child_process';
import {Problem} from '../problems/problem.ts';
import type {Secret} from './profile.ts';

const keepMs = 5 * 60_000;
const maxBytes = 64 * 1024;

export const literalSecret =
  (text: string): Secret =>
  async () =>
    text;

/** The value of an environment variable at the time it is asked for. */
export const secretFromEnvironment =
  (key: string, variable: string, env: NodeJS.ProcessEnv): Secret =>
  async () => {
    const value = env[variable];
    if (value === undefined || value === '') {
      throw new Problem('profile.secret', `${key}: the environment variable ${variable} is not set`);
    }
    return value;
  };

export type CommandOptions = {readonly timeoutMs?: number; readonly now?: () => number};

/**
 * The first line that `sh -c COMMAND` prints. It is remembered in memory for five minutes, unless a fresh one is wanted; a command that runs is joined.
 * The command has no terminal: the screens own it.
 */
export function secretFromCommand(key: string, command: string, options: CommandOptions = {}): Secret {
  const {timeoutMs = 30_000, now = () => performance.now()} = options;
  let kept: {readonly value: Promise<string>; readonly untilMs: number; running: boolean} | undefined;
  return ({fresh} = {fresh: false}) => {
    if (kept === undefined || now() >= kept.untilMs || (fresh && !kept.running)) {
      const entry = {value: run(key, command, timeoutMs), untilMs: now() + keepMs, running: true};
      kept = entry;
      entry.value.then(
        () => {
          entry.running = false;
        },
        () => {
          if (kept === entry) kept = undefined;
        },
      );
    }
    return kept.value;
  };
}

const running = new Set<ChildProcess>();
const endAll = () => running.forEach(endGroup);

/** A command that runs ends with this process. */
function watch(child: ChildProcess): void {
  if (running.size === 0) process.on('exit', endAll);
  running.add(child);
  const forget = () => {
    if (running.delete(child) && running.size === 0) process.off('exit', endAll);
  };
  child.once('error', forget).once('close', forget);
}

function endGroup({pid}: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Ended in the meantime; or all of it belongs to another user by now.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function run(key: string, command: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // Detached: a process group of its own, so that a timeout ends what the shell started, too.
    const child = spawn('sh', ['-c', command], {stdio: ['ignore', 'pipe', 'pipe'], detached: true});
    watch(child);
    const output: Buffer[] = [];
    let outputBytes = 0;
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (outputBytes < maxBytes) output.push(chunk);
      outputBytes += chunk.length;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4096);
    });
    let timedOut = false;
    const end = () => {
      timedOut = true;
      endGroup(child);
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(end, timeoutMs);
    child.on('error', error => {
      clearTimeout(timer);
      reject(
        new Problem('profile.secret', `${key}: sh could not be started (${(error as NodeJS.ErrnoException).code})`),
      );
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const value = (Buffer.concat(output).toString().split('\n', 1)[0] ?? '').replace(/\r$/, '');
      const words = lastWords(errors, value);
      const fail = (why: string) => reject(new Problem('profile.secret', `${key}: the command ${why}${words}`));
      if (timedOut) fail(`did not end within ${timeoutMs / 1000} s`);
      else if (code !== 0) fail(code === null ? `was ended by ${signal}` : `failed with exit code ${code}`);
      else if (value === '') fail('printed nothing');
      else resolve(value);
    });
  });
}

/** The last line on stderr, in case it says why; without the secret, which a traced shell repeats there. */
function lastWords(stderr: string, secret: string): string {
  const lines = stderr.replaceAll(/\x1b\[[0-9;?]*[ -/]*[@-~]|[^\P{Cc}\n]/gu, '').split('\n');
  const line = lines.findLast(each => each.trim() !== '')?.trim();
  if (line === undefined) return '';
  return `: ${(secret === '' ? line : line.replaceAll(secret, '••••')).slice(0, 200)}`;
}
