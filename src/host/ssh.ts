import {randomBytes} from 'node:crypto';
import {Problem} from '../problems/problem.ts';
import {accountName} from './account.ts';
import {askedSecrets} from './asked-secrets.ts';
import type {Host} from './host.ts';
import {Link} from './link.ts';
import {afterMark, markedLine} from './login-shell.ts';
import {type BecomeOptions, makeHost, type StartOptions} from './make-host.ts';
import {openCommand} from './ssh-channel.ts';
import {connectSsh, type SshConnection} from './ssh-connection.ts';
import {HostKeys, type TrustedKey} from './ssh-host-key.ts';
import {resolveTarget, type SshAddress} from './ssh-target.ts';
import {untilAborted} from './until-aborted.ts';

/** A place among the streams. They may last for ever, so that waiting for one must end. */
async function turn({slots}: SshConnection, withinMs: number, signal: AbortSignal): Promise<() => void> {
  const late = AbortSignal.timeout(withinMs);
  try {
    return await slots.stream.take(AbortSignal.any([signal, late]));
  } catch (error) {
    if (error !== late.reason) throw error;
    throw new Problem('host.timeout', 'three commands are followed on this host already');
  }
}

export type SshHostOptions = BecomeOptions & {
  /** Told each key that was found good, those of jump hosts too. */
  readonly onTrusted?: (key: TrustedKey) => void;
};

/** A host that SSH reaches, as the user's ssh configuration says. Nothing is connected before the first command. */
export function openSshHost(address: SshAddress, options: SshHostOptions): Host {
  const hostKeys = new HostKeys(options.ask, options.onTrusted);
  const secrets = askedSecrets(options.ask);
  const mark = `windsock-${randomBytes(9).toString('hex')}`;
  const link = new Link(signal => connectSsh(address, {hostKeys, secrets, signal}));
  let user = address.user;

  async function start(argv: readonly string[], {use, withinMs, signal}: StartOptions) {
    const connection = await untilAborted(link.connection(), signal);
    user = connection.user;
    const leave = await (use === 'exec' ? connection.slots.exec.take(signal) : turn(connection, withinMs, signal));
    try {
      const command = await openCommand(connection.client, markedLine(argv, mark), {withinMs, signal});
      command.ended.then(leave, leave);
      return afterMark(command, mark);
    } catch (error) {
      leave();
      throw error;
    }
  }

  return makeHost(
    {
      name: address.name,
      loginUser: async () => {
        user ??= (await resolveTarget(address)).user;
        return user;
      },
      likelyUser: () => user ?? accountName(),
      state: () => link.state(),
      onState: listener => link.onState(listener),
      tryNow: () => link.tryNow(),
      start,
      close: () => link.close(),
    },
    options,
  );
}
