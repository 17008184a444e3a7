import {randomBytes} from 'node:crypto';
import {Problem} from '../problems/problem.ts';
import type {Secret} from '../profile/profile.ts';
import {oneLine} from '../text.ts';
import {askedSecrets} from './asked-secrets.ts';
import {collect} from './collect.ts';
import type {Command} from './command.ts';
import {follow} from './follow.ts';
import type {ExecOptions, ExecResult, Host, HostAsk, HostState, OnDeed, RunAs, StreamOptions} from './host.ts';
import {becoming} from './login-shell.ts';
import {onceMore} from './once-more.ts';
import {argvAs, type Become, otherUser, type SudoUse, suArgv, sudoArgv, sudoRefusal} from './sudo.ts';
import {SudoPassword} from './sudo-password.ts';
import {answerPrompt} from './sudo-prompt.ts';
import {untilAborted} from './until-aborted.ts';
import {Watched} from './watched.ts';

/** What is different between this machine and one that SSH reaches. */
export type Adapter = {
  readonly name: string;
  loginUser(): Promise<string>;
  /** The login user as far as it is known without asking. */
  likelyUser(): string;
  state(): HostState;
  onState(listener: (state: HostState) => void): () => void;
  tryNow(): void;
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

/** How commands of other users are run, and who is asked for what is not known. */
export type BecomeOptions = {
  readonly become: Become;
  /** Of sudo, where a rule wants it. */
  readonly becomePassword?: Secret;
  /** Without it, what is unknown is refused. */
  readonly ask?: HostAsk;
  /** Hears of each command. */
  readonly onDeed?: OnDeed;
};

const execMs = 20_000;
// A timer that is to last longer fires at once.
const mostMs = 2 ** 31 - 1;
const execBytes = 8 * 1024 * 1024;
const streamStartMs = 20_000;

/** A host over an adapter: sudo, limits and the account of what runs are the same for all of them. */
export function makeHost(adapter: Adapter, {become, becomePassword, ask, onDeed}: BecomeOptions): Host {
  const {name} = adapter;
  const running = new Set<Command>();
  const closing = new AbortController();
  // Of this host and nobody else: neither a greeting nor a command can print them by chance.
  const nonce = randomBytes(9).toString('hex');
  const asking = {prompt: `windsock-${nonce}:`};
  const password = new SudoPassword({
    host: name,
    secret: becomePassword,
    secrets: askedSecrets(ask),
    loginUser: adapter.likelyUser,
    check: checkPassword,
  });

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

  /** Whether sudo calls the password right. No command gets to see it. */
  async function checkPassword(given: string, user: string): Promise<boolean> {
    const options = {use: 'exec', withinMs: execMs, signal: closing.signal} as const;
    const argv = (prompt: string) => sudoArgv(become === 'su' ? 'root' : user, {prompt}, 'validate');
    return watched({argv: argv('Password: '), readsStdin: true}, async () => {
      const sudo = answerPrompt(await start(argv(asking.prompt), options), asking.prompt, given);
      const collecting = {program: 'sudo', stdin: '', timeoutMs: execMs, maxBytes: execBytes, ...options};
      const result = await collect(sudo, collecting);
      const refusal = problemOf(sudo, result, true);
      if (refusal !== undefined && refusal.code !== 'host.sudo-wrong') throw refusal;
      return result;
    }).then(({code}) => code === 0);
  }

  /** Runs it, and tells the activity. */
  async function watched(
    {argv, readsStdin = false, changes = false}: {argv: readonly string[]; readsStdin?: boolean; changes?: boolean},
    run: () => Promise<ExecResult>,
  ): Promise<ExecResult> {
    const deed = new Watched(onDeed, {what: 'command', argv, readsStdin, changes});
    try {
      const result = await run();
      deed.count(Buffer.byteLength(result.stdout));
      deed.end(result);
      return result;
    } catch (error) {
      deed.fail(error);
      throw error;
    }
  }

  /** Starts a command as another user by `become`, with the password where one is given. */
  async function startAs(
    user: string,
    argv: readonly string[],
    use: SudoUse,
    given: string | undefined,
    options: StartOptions,
  ) {
    const prompt = given === undefined ? undefined : asking;
    const bySu = become === 'su' && user !== 'root';
    const full = bySu ? suArgv(user, prompt, use) : [...sudoArgv(user, prompt, use), ...argv];
    const started = await start(full, options);
    const sudo = given === undefined ? started : answerPrompt(started, asking.prompt, given);
    return bySu && use === 'run' ? becoming(sudo, argv, `su-${nonce}`) : sudo;
  }

  /** Why a command that ended did not run at all. */
  function problemOf(
    command: Command,
    {code, stderr}: Pick<ExecResult, 'code' | 'stderr'>,
    isOther: boolean,
  ): Problem | undefined {
    const refusal = isOther ? sudoRefusal(code, stderr, adapter.likelyUser()) : undefined;
    const greeting = command.greeting();
    if (refusal !== undefined || greeting === undefined) return refusal;
    const said = `${greeting}\n${stderr}`.split('\n').findLast(line => line.trim() !== '') ?? `exit code ${code}`;
    return new Problem('host.shell', oneLine(`${name}: ${said}`, 300));
  }

  function shown(argv: readonly string[], as: RunAs, use: SudoUse): readonly string[] {
    const loginUser = adapter.likelyUser();
    const user = otherUser(as, {become, loginUser});
    if (use === 'list' && user !== undefined) {
      return become === 'su' && user !== 'root'
        ? suArgv(user, undefined, use)
        : [...sudoArgv(user, undefined, use), ...argv];
    }
    const byPassword = user !== undefined && password.isNeeded(argv, user);
    return argvAs(argv, as, {become, loginUser, byPassword});
  }

  return {
    name,
    loginUser: () => adapter.loginUser(),
    state: () => adapter.state(),
    onState: listener => adapter.onState(listener),
    tryNow: () => {
      password.tryAgain();
      adapter.tryNow();
    },
    commandAs: (argv, as) => shown(argv, as, 'run'),

    async exec(argv, options: ExecOptions = {}) {
      const {as = 'login', stdin = '', maxBytes = execBytes} = options;
      const timeoutMs = Math.min(options.timeoutMs ?? execMs, mostMs);
      const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
      const startOptions = {use: 'exec', withinMs: timeoutMs, signal} as const;
      const collecting = {program: argv[0] ?? '', stdin, timeoutMs, maxBytes, signal};
      const user = otherUser(as, {become, loginUser: await adapter.loginUser()});
      const deed = {
        argv: shown(argv, as, options.onlyAsk ? 'list' : 'run'),
        readsStdin: stdin.length > 0,
        changes: options.changes === true,
      };
      if (user === undefined) {
        if (options.onlyAsk) return {code: 0, signal: undefined, stdout: '', stderr: ''};
        return watched(deed, async () => {
          const command = await start(argv, startOptions);
          const result = await collect(command, collecting);
          const problem = problemOf(command, result, false);
          if (problem) throw problem;
          return result;
        });
      }
      const use = options.onlyAsk ? 'list' : 'run';
      return watched(deed, async () => {
        for (;;) {
          const isNeeded = password.isNeeded(argv, user);
          const given = isNeeded ? await untilAborted(password.get(user), signal) : undefined;
          const command = await startAs(user, argv, use, given, startOptions);
          const result = await collect(command, collecting).catch(error => {
            // It waits for a question that never comes when the rule wants no password any more.
            password.needNoMore(argv, user);
            throw error;
          });
          // What wrote something did run.
          const problem = result.stdout === '' ? problemOf(command, result, true) : undefined;
          if (problem === undefined) return result;
          if (problem.code === 'host.sudo-wrong') await password.refused();
          if (problem.code !== 'host.sudo-password' || isNeeded || !password.canBeHad) throw problem;
          password.need(argv, user);
        }
      });
    },

    async stream(argv, {as = 'login', readsStdin = false, changes = false}: StreamOptions = {}) {
      const {signal} = closing;
      const options = {use: 'stream', withinMs: streamStartMs, signal} as const;
      const user = otherUser(as, {become, loginUser: await adapter.loginUser()});
      const begin = async () => {
        if (user === undefined) return start(argv, options);
        const withPassword = async () => startAs(user, argv, 'run', await password.get(user), options);
        if (password.isNeeded(argv, user)) return withPassword();
        const first = await startAs(user, argv, 'run', undefined, options);
        if (!password.canBeHad) return first;
        return onceMore(first, ({code}, stderr) => {
          if (problemOf(first, {code, stderr}, true)?.code !== 'host.sudo-password') return undefined;
          password.need(argv, user);
          return withPassword();
        });
      };
      const deed = new Watched(onDeed, {what: 'command', argv: shown(argv, as, 'run'), readsStdin, changes});
      const command = await begin().catch(error => {
        deed.fail(error);
        throw error;
      });
      const refusal = (code: number | undefined, stderr: string) =>
        problemOf(command, {code, stderr}, user !== undefined);
      const stream = follow(command, refusal, bytes => deed.count(bytes));
      stream.ended.then(
        ending => deed.end(ending),
        error => deed.fail(error),
      );
      return {
        ...stream,
        end: () => {
          deed.leave();
          stream.end();
        },
        asked: (text, asksChange) => new Watched(onDeed, {what: 'agent', text, changes: asksChange}),
      };
    },

    close() {
      closing.abort(new Problem('host.lost', 'the profile was closed'));
      for (const command of running) command.end();
      adapter.close();
    },
  };
}
