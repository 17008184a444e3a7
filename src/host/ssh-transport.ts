import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {connect} from 'node:net';
import {Duplex} from 'node:stream';
import {setImmediate as nextTurn, setTimeout as pause} from 'node:timers/promises';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {endGroup} from './end-group.ts';
import type {SshConnection} from './ssh-connection.ts';
import type {SshTarget} from './ssh-target.ts';

/** The bytes between windsock and a host's sshd. */
export type Transport = {
  readonly bytes: Duplex;
  /** Why it went away, where that is to be found on the way and not at the host. */
  why(): Promise<string | undefined>;
  close(): void;
};

/** Straight over the network. Its errors come from the stream. */
export function networkTransport({host, port}: SshTarget): Transport {
  // Nagle's algorithm costs 40 ms a command, and ssh2 leaves it on.
  const socket = connect({host, port, noDelay: true, keepAlive: true});
  socket.setMaxListeners(0);
  return {bytes: socket, why: async () => undefined, close: () => socket.destroy()};
}

/** Through a host that is connected already; ends with it. Throws `host.unreachable`. */
export async function jumpTransport(hop: SshConnection, hopName: string, {host, port}: SshTarget): Promise<Transport> {
  let isLost = false;
  hop.lost.then(() => {
    isLost = true;
  });
  const {promise, resolve, reject} = Promise.withResolvers<Duplex>();
  hop.client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
    if (error === undefined) resolve(channel);
    else
      reject(new Problem('host.unreachable', `${hopName} gives no way to ${host}:${port}: ${reason(error.message)}`));
  });
  hop.lost.then(reject);
  const bytes = await promise.catch(error => {
    hop.close();
    throw error;
  });
  return {
    bytes,
    why: async () => {
      // Both are told in the same turn.
      await nextTurn();
      return isLost ? `the jump host ${hopName} went away` : undefined;
    },
    close: () => {
      bytes.destroy();
      hop.close();
    },
  };
}

const reason = (message: string): string => oneLine(message.replace(/^.*Channel open failure: /, ''), 200);

/** How long a command that closed its stdout may take to end. */
const lastWordsMs = 500;

/** By the stdin and stdout of a ProxyCommand, run as ssh runs it: by the shell of the user. */
export function commandTransport(command: string): Transport {
  const shell = process.env.SHELL || '/bin/sh';
  const child = spawn(shell, ['-c', `exec ${command}`], {stdio: ['pipe', 'pipe', 'pipe'], detached: true});
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4096);
  });
  child.stdin.on('error', () => {});
  child.on('error', error => {
    words = error.message;
  });
  const end = () => {
    process.off('exit', end);
    endGroup(child, 'SIGTERM');
  };
  // It must not outlive windsock.
  process.on('exit', end);
  let isEnded = false;
  const ended = once(child, 'close').then(() => {
    isEnded = true;
    process.off('exit', end);
  });
  // A shell that could not be started.
  ended.catch(() => {});
  return {
    bytes: Duplex.from({readable: child.stdout, writable: child.stdin}),
    why: async () => {
      await Promise.race([ended, pause(lastWordsMs)]);
      if (!isEnded) return undefined;
      return `the ProxyCommand ended: ${oneLine(words.trim().split('\n').at(-1) ?? '', 200) || 'it said nothing'}`;
    },
    close: end,
  };
}
