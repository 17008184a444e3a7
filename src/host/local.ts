import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import {PassThrough, Readable} from 'node:stream';
import {Problem} from '../problems/problem.ts';
import {accountName} from './account.ts';
import type {Command, Ending} from './command.ts';
import {endGroup} from './end-group.ts';
import type {Host, HostState} from './host.ts';
import {type BecomeOptions, makeHost} from './make-host.ts';

export type LocalHostOptions = BecomeOptions & {/** Default "local". */ readonly name?: string};

/** This machine. Nothing that it started outlives `close` or this process. */
export function openLocalHost({name = 'local', ...become}: LocalHostOptions): Host {
  const state: HostState = {at: 'up', sinceMs: Date.now()};
  const children = new Set<ChildProcess>();
  // SIGKILL would orphan what sudo started.
  const endAll = () => {
    for (const child of children) endGroup(child, 'SIGTERM');
  };
  process.on('exit', endAll);
  return makeHost(
    {
      name,
      loginUser: async () => accountName(),
      likelyUser: accountName,
      state: () => state,
      onState: () => () => {},
      tryNow: () => {},
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
    greeting: () => undefined,
    end: () => {
      if (letGo) return;
      letGo = true;
      // When all of it belongs to another user by now, the closed pipes must do.
      endGroup(child, 'SIGTERM');
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    },
  };
}

/** A program that cannot be started is a result with the exit code of a shell, as it is over SSH. */
function neverStarted(program: string, error: NodeJS.ErrnoException): Command {
  const code = {ENOENT: 127, EACCES: 126, ENOEXEC: 126}[error.code ?? ''];
  if (code === undefined) throw new Problem('host.command-failed', `${program}: ${error.code ?? error.message}`);
  const reason = code === 127 ? 'No such file or directory' : 'Permission denied';
  const ended = Promise.resolve({code, signal: undefined});
  const stderr = Readable.from([Buffer.from(`env: '${program}': ${reason}\n`)]);
  return {
    stdin: new PassThrough().resume(),
    stdout: Readable.from([]),
    stderr,
    end: () => {},
    ended,
    greeting: () => undefined,
  };
}
