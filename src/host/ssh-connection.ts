import {connect, type Socket} from 'node:net';
import type {AnyAuthMethod, AuthenticationType, Client} from 'ssh2';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {Connection} from './link.ts';
import {Slots} from './slots.ts';
import {type LoginPlan, planLogin, type SshAddress} from './ssh-auth.ts';
import {asConnectProblem} from './ssh-failure.ts';
import type {HostKeys} from './ssh-host-key.ts';
import {loadSsh2} from './ssh-library.ts';

export type SshConnection = Connection & {
  readonly client: Client;
  /** sshd allows 10 sessions (MaxSessions) and frees one later than it says so; what is followed must not starve the rest. */
  readonly slots: {readonly exec: Slots; readonly stream: Slots};
};

export type ConnectOptions = {
  readonly signal: AbortSignal;
  /** Default 10,000. */
  readonly withinMs?: number;
  /** How often a silent host is asked whether it is there. It is lost after the third time. Default 5000. */
  readonly keepaliveMs?: number;
};

/** Connects and logs in once. Throws `Problem`, within `withinMs` and the time that questions to a person take. */
export async function connectSsh(
  address: SshAddress,
  hostKeys: HostKeys,
  {signal, withinMs = 10_000, keepaliveMs = 5000}: ConnectOptions,
): Promise<SshConnection> {
  const ssh2 = await loadSsh2();
  const {promise: failed, reject: fail} = Promise.withResolvers<never>();
  failed.catch(() => {});
  const onAbort = () => fail(signal.reason);
  signal.addEventListener('abort', onAbort, {once: true});
  const timer = pausableTimer(withinMs, () => {
    fail(
      new Problem(
        'host.timeout',
        `${address.host}:${address.port} did not let windsock in within ${withinMs / 1000} s`,
      ),
    );
  });
  const client = new ssh2.Client();
  let socket: Socket | undefined;
  let isOver = false;

  async function open(): Promise<void> {
    signal.throwIfAborted();
    const [serverHostKey, plan] = await Promise.all([hostKeys.load(), planLogin(address, timer.pauseFor)]);
    // The agent took its time: nobody waits any more.
    if (isOver) return;
    const login = new Login(address, plan, fail);
    const {promise: ready, resolve} = Promise.withResolvers<void>();
    let problem: Problem | undefined;
    // Never `once`: an agent that fails gives two errors, and one without a listener ends the process.
    client.on('error', (error: Error & {level?: string; code?: unknown}) => {
      // The next way to log in follows.
      if (error.level === 'agent' || (error.level === 'client-authentication' && !login.isOver)) return;
      problem ??= login.isOver ? login.problem() : asConnectProblem(error, address);
      fail(problem);
    });
    client.on('close', () =>
      fail(new Problem('host.unreachable', `${address.host}:${address.port} hung up before the login`)),
    );
    client.once('ready', resolve);
    // Nagle's algorithm costs 40 ms a command, and ssh2 leaves it on.
    socket = connect({host: address.host, port: address.port, noDelay: true, keepAlive: true});
    socket.setMaxListeners(0);
    client.connect({
      sock: socket,
      username: address.user,
      readyTimeout: 0,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 2,
      algorithms: {serverHostKey},
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
        timer.pauseFor(hostKeys.expect(key)).then(
          () => verify(true),
          error => {
            fail(error);
            verify(false);
          },
        );
      },
      authHandler: (methods, _partial, next) => login.next(methods, next as TryNext),
    });
    await ready;
  }

  try {
    await Promise.race([open(), failed]);
  } catch (error) {
    isOver = true;
    client.destroy();
    socket?.destroy();
    throw error;
  } finally {
    timer.stop();
    signal.removeEventListener('abort', onAbort);
  }
  return established(client, address);
}

function established(client: Client, address: SshAddress): SshConnection {
  const {promise: lost, resolve} = Promise.withResolvers<Problem>();
  let reason = '';
  // One for each command that runs.
  client.setMaxListeners(0);
  client.on('error', error => {
    reason = oneLine(error.message, 200);
  });
  client.once('close', () =>
    resolve(new Problem('host.lost', reason === '' ? address.name : `${address.name}: ${reason}`)),
  );
  return {
    client,
    lost,
    slots: {exec: new Slots(4), stream: new Slots(3)},
    close: () => client.end(),
  };
}

/** `false` ends it: ssh2's types do not say so. */
type TryNext = (method: AnyAuthMethod | false) => void;

/** Walks the ways to log in, as far as the server accepts their methods. */
class Login {
  readonly #address: SshAddress;
  readonly #plan: LoginPlan;
  readonly #fail: (error: unknown) => void;
  readonly #tried: string[] = [];
  #place = 0;
  #accepted: readonly string[] = [];
  isOver = false;

  constructor(address: SshAddress, plan: LoginPlan, fail: (error: unknown) => void) {
    this.#address = address;
    this.#plan = plan;
    this.#fail = fail;
  }

  /** `methods` is null before the first refusal tells them. */
  next(methods: readonly AuthenticationType[] | null, tryNext: TryNext): void {
    this.#accepted = methods ?? [];
    const attempt = this.#plan.attempts[this.#place++];
    if (!attempt) {
      this.isOver = true;
      tryNext(false);
      return;
    }
    // A refused password is not offered a second time by other means: accounts get locked.
    const isRepeated = attempt.method === 'keyboard-interactive' && this.#tried.includes('the password');
    if (isRepeated || (methods && !methods.includes(attempt.method))) {
      this.next(methods, tryNext);
      return;
    }
    if (attempt.method !== 'none') this.#tried.push(attempt.label);
    attempt.make().then(tryNext, this.#fail);
  }

  problem(): Problem {
    const {unusable, namedKeyUnusable} = this.#plan;
    const who = `${this.#address.user}@${this.#address.host}`;
    const parts = [
      this.#tried.length > 0 ? `tried ${this.#tried.join(', ')}` : 'there was nothing to try',
      ...unusable,
      ...(this.#accepted.length > 0 ? [`the host accepts ${this.#accepted.join(', ')}`] : []),
    ];
    return new Problem(namedKeyUnusable ? 'host.key-file' : 'host.login', oneLine(`${who}: ${parts.join('; ')}`, 500));
  }
}

function pausableTimer(ms: number, onTime: () => void) {
  let timer: NodeJS.Timeout | undefined = setTimeout(onTime, ms);
  let waits = 0;
  let isOver = false;
  return {
    /** The time that `wait` takes does not count; afterwards the whole time is there again. */
    pauseFor: async <T>(wait: Promise<T>): Promise<T> => {
      clearTimeout(timer);
      waits++;
      try {
        return await wait;
      } finally {
        if (--waits === 0 && !isOver) timer = setTimeout(onTime, ms);
      }
    },
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
