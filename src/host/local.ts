import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {homedir, userInfo} from 'node:os';
import {PassThrough, Readable} from 'node:stream';
import {Problem} from '../problems/problem.ts';
import type {Command, Ending} from './command.ts';
import type {Host, HostState} from './host.ts';
import {makeHost} from './make-host.ts';
import type {Become} from './sudo.ts';

export type LocalHostOptions = {readonly become: Become /** Default "local". */; readonly name?: string};

/** This machine. Nothing that it started outlives `close` or this process. */
export function openLocalHost({become, name = 'local'}: LocalHostOptions): Host {
  const state: HostState = {at: 'up', sinceMs: Date.now()};
  const children = new Set<ChildProcess>();
  const endAll = () => children.forEach(terminate);
  process.on('exit', endAll);
  return makeHost(
    {
      name,
      loginUser: loginUser(),
      state: () => state,
      onState: () => () => {},
      start: argv => start(argv, children),
      close: () => {
        process.off('exit', endAll);
        endAll();
      },
    },
    become,
  );
}

async function start(argv: readonly string[], children: Set<ChildProcess>): Promise<Command> {
  const [program = '', ...rest] = argv;
  const home = homedir();
  // As sshd does it: from the home directory, without a terminal (sudo must not ask on ours), leader of its own group.
  const child = spawn(program, rest, {
    cwd: existsSync(home) ? home : '/',
    detached: true,
    env: {...process.env, LC_ALL: 'C'},
    stdio: 'pipe',
  });
  // A command that reads less than it is given closes its end: EPIPE.
  child.stdin.on('error', () => {});
  try {
    await once(child, 'spawn');
  } catch (error) {
    return neverStarted(program, error as NodeJS.ErrnoException);
  }
  children.add(child);
  const {promise: ended, resolve} = Promise.withResolvers<Ending>();
  let letGo = false;
  const settle = (code: number | null, signal: string | null) =>
    resolve({code: code ?? undefined, signal: signal ?? undefined});
  child.once('close', settle);
  child.once('exit', (code, signal) => {
    children.delete(child);
    if (letGo) settle(code, signal);
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    end: () => {
      if (letGo) return;
      letGo = true;
      terminate(child);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    },
  };
}

/** SIGTERM to the whole group. SIGKILL would orphan what sudo started. */
function terminate(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch (error) {
    // Ended in the meantime; or all of it belongs to another user by now, and then the closed pipes must do.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** A program that cannot be started is a result with the exit code of a shell, as it is over SSH. */
function neverStarted(program: string, error: NodeJS.ErrnoException): Command {
  const code = {ENOENT: 127, EACCES: 126, ENOEXEC: 126}[error.code ?? ''];
  if (code === undefined) throw new Problem('host.command-failed', `${program}: ${error.code ?? error.message}`);
  const reason = code === 127 ? 'No such file or directory' : 'Permission denied';
  const ended = Promise.resolve({code, signal: undefined});
  const stderr = Readable.from([Buffer.from(`env: '${program}': ${reason}\n`)]);
  return {stdin: new PassThrough().resume(), stdout: Readable.from([]), stderr, end: () => {}, ended};
}

function loginUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // A user without an entry in passwd, as containers have it.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    return String(process.getuid?.() ?? '');
  }
}
