import {lookup} from 'node:dns/promises';
import {once} from 'node:events';
import {connect} from 'node:net';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {asConnectProblem} from './ssh-failure.ts';
import {resolveTarget, type SshAddress} from './ssh-target.ts';

/** What is before the login of a host: its name, its port, and the way there where that is not straight over the network. */
export type Doorstep = {
  readonly host: string;
  readonly port: number;
  /** "the jump host gate": nobody here can look up the name or knock at the port. */
  readonly through: string | undefined;
};

/** As the user's ssh configuration has it. Throws `host.ssh-config`. */
export async function doorstepOf(address: SshAddress): Promise<Doorstep> {
  const {host, port, way} = await resolveTarget(address);
  const through =
    way.by === 'network'
      ? undefined
      : way.by === 'jump'
        ? `the jump host ${way.hops.map(hop => hop.host).join(', ')}`
        : 'a ProxyCommand';
  return {host, port, through};
}

/** The addresses of a name. Throws `host.unreachable`. */
export async function addressesOf(doorstep: Doorstep): Promise<readonly string[]> {
  try {
    return (await lookup(doorstep.host, {all: true})).map(({address}) => address);
  } catch (error) {
    throw asConnectProblem(error as NodeJS.ErrnoException, doorstep);
  }
}

/** What takes a connection and is silent for so long is no SSH server, or one that cannot serve. */
const silenceMs = 10_000;

/** Before its own line a server may greet, but not for ever. */
const greetingBytes = 16 * 1024;

/** What listens at the port, as it says: "OpenSSH_9.2p1 Debian-2". Throws `host.unreachable`, `host.not-ssh`, and the reason of `signal`. */
export async function knock(doorstep: Doorstep, signal: AbortSignal): Promise<string> {
  const {host, port} = doorstep;
  const socket = connect({host, port});
  const end = () => socket.destroy();
  signal.addEventListener('abort', end, {once: true});
  try {
    await once(socket, 'connect', {signal});
    socket.setTimeout(silenceMs, end);
    // As a client of SSH begins: a web server says then that it does not understand.
    socket.write('SSH-2.0-windsock\r\n');
    let said = '';
    for await (const chunk of socket) {
      said += (chunk as Buffer).toString('latin1');
      const [, software] = /^SSH-[\d.]+-([^\r\n]*)\r?\n/m.exec(said) ?? [];
      if (software !== undefined) return oneLine(software, 80);
      if (said.length > greetingBytes) break;
    }
    signal.throwIfAborted();
    const words = oneLine(said.split('\n')[0] ?? '', 80);
    const what = words === '' ? 'it takes the connection and says nothing' : `it says "${words}"`;
    throw new Problem('host.not-ssh', `${host}:${port}: ${what}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) throw error;
    throw asConnectProblem(error as NodeJS.ErrnoException, doorstep);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
