import type {Client} from 'ssh2';
import {expectProblem, Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {AskedSecrets} from './asked-secrets.ts';
import type {Connection} from './link.ts';
import {pausableTimer} from './pausable-timer.ts';
import {Slots} from './slots.ts';
import {planLogin} from './ssh-auth.ts';
import {asConnectProblem} from './ssh-failure.ts';
import type {HostKeys} from './ssh-host-key.ts';
import {loadSsh2} from './ssh-library.ts';
import {Login, type TryNext} from './ssh-login.ts';
import {type JumpHop, resolveTarget, type SshAddress, type SshTarget} from './ssh-target.ts';
import {commandTransport, jumpTransport, networkTransport, type Transport} from './ssh-transport.ts';

export type SshConnection = Connection & {
  readonly client: Client;
  readonly user: string;
  /** sshd allows 10 sessions (MaxSessions) and frees one later than it says so; what is followed must not starve the rest. */
  readonly slots: {readonly exec: Slots; readonly stream: Slots};
};

export type ConnectOptions = {
  readonly hostKeys: HostKeys;
  /** Undefined: nobody can be asked. */
  readonly secrets: AskedSecrets | undefined;
  readonly signal: AbortSignal;
  /** Default: ConnectTimeout of the ssh configuration, or 10,000. */
  readonly withinMs?: number;
  /** How often a silent host is asked whether it is there. It is lost after the third time. Default 5000. */
  readonly keepaliveMs?: number;
};

const mostHops = 8;

/**
 * Connects and logs in once, through the jump hosts of the user's ssh configuration, each verified and logged in to by
 * itself. Throws `Problem`, each host within `withinMs` and the time that questions to a person take.
 */
export function connectSsh(address: SshAddress, options: ConnectOptions): Promise<SshConnection> {
  return connectThrough(address, options, undefined, 0);
}

async function connectThrough(
  address: SshAddress,
  options: ConnectOptions,
  hops: readonly JumpHop[] | undefined,
  depth: number,
): Promise<SshConnection> {
  if (depth > mostHops) {
    throw new Problem(
      'host.ssh-config',
      `${address.host}: its ProxyJump goes in a circle, or through more than ${mostHops} hosts`,
    );
  }
  const target = await resolveTarget(address);
  options.signal.throwIfAborted();
  const way = hops !== undefined && hops.length > 0 ? ({by: 'jump', hops} as const) : target.way;
  switch (way.by) {
    case 'network':
      return login(target, {reach: async () => networkTransport(target)}, options);
    case 'command':
      return login(target, {reach: async () => commandTransport(way.command)}, options);
    default: {
      const [last, ...before] = way.hops.toReversed();
      if (last === undefined) return login(target, {reach: async () => networkTransport(target)}, options);
      const {agent, configFile} = address;
      const hop = await connectThrough(
        {
          kind: 'ssh',
          name: last.host,
          host: last.host,
          ...(last.port !== undefined && {port: last.port}),
          ...(last.user !== undefined && {user: last.user}),
          identityFiles: [],
          knownHostsFiles: [],
          ...(agent !== undefined && {agent}),
          ...(configFile !== undefined && {configFile}),
        },
        options,
        before.toReversed(),
        depth + 1,
      ).catch(error => {
        const {code, detail, lines} = expectProblem(error);
        throw new Problem(code, `${detail} (a jump host before ${target.name})`, {lines});
      });
      return login(target, {reach: () => jumpTransport(hop, last.host, target), abandon: () => hop.close()}, options);
    }
  }
}

/** How to get to a host, once everything is ready to talk to it. */
type Reach = {
  readonly reach: () => Promise<Transport>;
  /** Lets go of what is there already. */
  readonly abandon?: () => void;
};

async function login(
  target: SshTarget,
  {reach, abandon}: Reach,
  {hostKeys, secrets, signal, withinMs = target.connectMs, keepaliveMs = 5000}: ConnectOptions,
): Promise<SshConnection> {
  const ssh2 = await loadSsh2();
  const {promise: failed, reject: fail} = Promise.withResolvers<never>();
  failed.catch(() => {});
  const where = `${target.host}:${target.port}`;
  const onAbort = () => fail(signal.reason);
  signal.addEventListener('abort', onAbort, {once: true});
  const timer = pausableTimer(withinMs, () => {
    fail(new Problem('host.timeout', `${where} did not let windsock in within ${withinMs / 1000} s`));
  });
  const client = new ssh2.Client();
  let isOver = false;
  let transport: Transport | undefined;

  async function open(): Promise<Transport> {
    signal.throwIfAborted();
    const [check, plan] = await Promise.all([
      hostKeys.checkFor(target),
      planLogin(target, {whileUser: timer.pauseFor, secrets, fail}),
    ]);
    // The agent took its time: nobody waits any more.
    signal.throwIfAborted();
    if (isOver) return failed;
    const way = await reach();
    transport = way;
    if (isOver) {
      way.close();
      return failed;
    }
    const walk = new Login(target, plan, fail);
    const {promise: ready, resolve} = Promise.withResolvers<void>();
    /** Fails with what is to blame on the way; where nothing is, with what ssh2 says. */
    const failBecause = async (problem: Problem) => {
      const why = await way.why();
      fail(why === undefined ? problem : new Problem('host.unreachable', why));
    };
    // Never `once`: an agent that fails gives two errors, and one without a listener ends the process.
    client.on('error', (error: Error & {level?: string; code?: unknown}) => {
      // The next way to log in follows.
      if (error.level === 'agent' || (error.level === 'client-authentication' && !walk.isOver)) return;
      if (/authentication failures/i.test(error.message)) {
        fail(walk.problem('the host counted too many attempts, and hung up'));
      } else if (walk.isOver) fail(walk.problem());
      else failBecause(asConnectProblem(error, target));
    });
    client.on('close', () => {
      failBecause(
        walk.hasBegun
          ? walk.problem('the host hung up')
          : new Problem('host.unreachable', `${where} hung up before the login`),
      );
    });
    client.on('change password', () =>
      fail(
        new Problem(
          'host.login',
          `${target.user}@${target.host}: the password has expired; log in once with ssh and change it`,
        ),
      ),
    );
    client.once('ready', resolve);
    client.connect({
      sock: way.bytes,
      username: target.user,
      readyTimeout: 0,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 2,
      algorithms: {serverHostKey: check.algorithms},
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
        timer.pauseFor(check.expect(key)).then(
          () => verify(true),
          error => {
            fail(error);
            verify(false);
          },
        );
      },
      authHandler: (_methods, _partial, next) => walk.next(next as TryNext),
    });
    listen(client, walk);
    await ready;
    return way;
  }

  try {
    const way = await Promise.race([open(), failed]);
    return established(client, target, way);
  } catch (error) {
    isOver = true;
    client.destroy();
    transport?.close();
    if (transport === undefined) abandon?.();
    throw error;
  } finally {
    timer.stop();
    signal.removeEventListener('abort', onAbort);
  }
}

/** What ssh2 keeps to itself, of the pinned version. */
type Inner = {
  readonly _protocol: {
    readonly _handlers: {USERAUTH_FAILURE: (protocol: unknown, methods: string[], isPartial: boolean) => void};
  };
};

/** Lets the login hear each refusal before ssh2 acts on it. */
function listen(client: Client, walk: Login): void {
  const handlers = (client as unknown as Inner)._protocol._handlers;
  const act = handlers.USERAUTH_FAILURE;
  handlers.USERAUTH_FAILURE = (protocol, methods, isPartial) => {
    walk.heard(methods, isPartial);
    act(protocol, methods, isPartial);
  };
}

function established(client: Client, {name, user}: SshTarget, transport: Transport): SshConnection {
  const {promise: lost, resolve} = Promise.withResolvers<Problem>();
  let reason = '';
  // One for each command that runs.
  client.setMaxListeners(0);
  client.on('error', error => {
    reason = oneLine(error.message, 200);
  });
  client.once('close', async () => {
    const why = (await transport.why()) ?? reason;
    resolve(new Problem('host.lost', why === '' ? name : `${name}: ${why}`));
    transport.close();
  });
  return {
    client,
    user,
    lost,
    slots: {exec: new Slots(4), stream: new Slots(3)},
    close: () => client.end(),
  };
}
