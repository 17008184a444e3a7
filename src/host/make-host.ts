import {Problem} from '../problems/problem.ts';
import {collect} from './collect.ts';
import type {Command} from './command.ts';
import {follow} from './follow.ts';
import type {ExecOptions, Host, HostState, RunAs} from './host.ts';
import {argvAs, type Become, sudoRefusal} from './sudo.ts';

/** What is different between this machine and one that SSH reaches. */
export type Adapter = {
  readonly name: string;
  readonly loginUser: string;
  state(): HostState;
  onState(listener: (state: HostState) => void): () => void;
  /** Starts the command, waiting for a connection and for its turn where necessary. Nothing is started once `signal` aborted. */
  start(argv: readonly string[], options: StartOptions): Promise<Command>;
  close(): void;
};

export type StartOptions = {
  /** A command that ends by itself, or one that goes on: they do not wait for each other. */
  readonly use: 'exec' | 'stream';
  /** How long the machine may take to begin, counted from its turn. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
};

const execMs = 20_000;
// A timer that is to last longer fires at once.
const mostMs = 2 ** 31 - 1;
const execBytes = 8 * 1024 * 1024;
const streamStartMs = 20_000;

/** A host over an adapter: sudo, limits and the account of what runs are the same for all of them. */
export function makeHost(adapter: Adapter, become: Become): Host {
  const {name, loginUser} = adapter;
  const running = new Set<Command>();
  const closing = new AbortController();
  const commandAs = (argv: readonly string[], as: RunAs) => argvAs(argv, as, {become, loginUser});

  /** Looks for a refusal of the sudo that `become` put before the command; one in the command itself is its own affair. */
  const refusalIn =
    (full: readonly string[], argv: readonly string[]) =>
    (code: number | undefined, stderr: string): Problem | undefined =>
      full.length === argv.length ? undefined : sudoRefusal(code, stderr, loginUser);

  async function start(argv: readonly string[], options: StartOptions): Promise<Command> {
    options.signal.throwIfAborted();
    const command = await adapter.start(argv, options);
    if (options.signal.aborted) {
      command.end();
      throw options.signal.reason;
    }
    running.add(command);
    const forget = () => running.delete(command);
    command.ended.then(forget, forget);
    return command;
  }

  return {
    name,
    loginUser: async () => loginUser,
    state: () => adapter.state(),
    onState: listener => adapter.onState(listener),
    commandAs,

    async exec(argv, options: ExecOptions = {}) {
      const {as = 'login', stdin = '', maxBytes = execBytes} = options;
      const timeoutMs = Math.min(options.timeoutMs ?? execMs, mostMs);
      const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
      const full = commandAs(argv, as);
      const command = await start(full, {use: 'exec', withinMs: timeoutMs, signal});
      const result = await collect(command, {program: argv[0] ?? '', stdin, timeoutMs, maxBytes, signal});
      const refusal = refusalIn(full, argv)(result.code, result.stderr);
      // What wrote something did run.
      if (refusal && result.stdout === '') throw refusal;
      return result;
    },

    async stream(argv, {as = 'login'} = {}) {
      const full = commandAs(argv, as);
      const command = await start(full, {use: 'stream', withinMs: streamStartMs, signal: closing.signal});
      return follow(command, refusalIn(full, argv));
    },

    close() {
      closing.abort(new Problem('host.lost', 'the profile was closed'));
      for (const command of running) command.end();
      adapter.close();
    },
  };
}
