import {Problem} from '../problems/problem.ts';
import type {Host} from './host.ts';
import {Link} from './link.ts';
import {makeHost, type StartOptions} from './make-host.ts';
import {quote} from './quote.ts';
import type {SshAddress} from './ssh-auth.ts';
import {openCommand} from './ssh-channel.ts';
import {connectSsh, type SshConnection} from './ssh-connection.ts';
import {type AskHostKey, HostKeys} from './ssh-host-key.ts';
import type {Become} from './sudo.ts';
import {untilAborted} from './until-aborted.ts';

export type SshHostOptions = {
  readonly become: Become;
  /** Whether an unknown key is the host's own; it is then recorded. Without it, such a host is refused. */
  readonly ask?: AskHostKey;
};

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

/** A host that SSH reaches. Nothing is connected before the first command. */
export function openSshHost(address: SshAddress, {become, ask}: SshHostOptions): Host {
  const hostKeys = new HostKeys(address, ask);
  const link = new Link(signal => connectSsh(address, hostKeys, {signal}));

  async function start(argv: readonly string[], {use, withinMs, signal}: StartOptions) {
    const connection = await untilAborted(link.connection(), signal);
    const leave = await (use === 'exec' ? connection.slots.exec.take(signal) : turn(connection, withinMs, signal));
    try {
      // The login shell may be any; `exec` and `env` are the same in all of them.
      const command = await openCommand(connection.client, `exec env LC_ALL=C ${quote(argv)}`, {withinMs, signal});
      command.ended.then(leave, leave);
      return command;
    } catch (error) {
      leave();
      throw error;
    }
  }

  return makeHost(
    {
      name: address.name,
      loginUser: address.user,
      state: () => link.state(),
      onState: listener => link.onState(listener),
      start,
      close: () => link.close(),
    },
    become,
  );
}
