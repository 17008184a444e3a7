import {setTimeout as pause} from 'node:timers/promises';
import type {Client, ClientChannel} from 'ssh2';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {Command, Ending} from './command.ts';

/** Starts a command line on a channel of its own, without a terminal. Throws `host.lost`, `host.timeout` or `host.command-failed`. */
export async function openCommand(
  client: Client,
  line: string,
  {withinMs, signal}: {readonly withinMs: number; readonly signal: AbortSignal},
): Promise<Command> {
  const late = AbortSignal.timeout(withinMs);
  const either = AbortSignal.any([signal, late]);
  const tooLate = () =>
    signal.aborted ? signal.reason : new Problem('host.timeout', `no answer within ${withinMs / 1000} s`);
  for (let tries = 0; ; tries++) {
    if (either.aborted) throw tooLate();
    try {
      return await openOnce(client, line, either);
    } catch (error) {
      if (either.aborted) throw tooLate();
      if (!isFull(error)) throw asOpenProblem(error);
      // The server frees a session only after it said that it had ended.
      await pause(Math.min(500, 5 * 2 ** tries));
    }
  }
}

type OpenError = Error & {readonly reason?: unknown};

const isFull = (error: unknown): boolean => (error as OpenError).reason === 2;

function asOpenProblem(error: unknown): Problem {
  const {reason, message} = error as OpenError;
  // ssh2 calls back without a number where the connection went away, and throws 'Not connected' after that.
  const isLost = reason === undefined || reason === '';
  if (isLost && message !== 'Unable to exec') return new Problem('host.lost');
  return new Problem('host.command-failed', `the host starts no command: ${oneLine(message, 200)}`);
}

function openOnce(client: Client, line: string, signal: AbortSignal): Promise<Command> {
  const {promise, resolve, reject} = Promise.withResolvers<Command>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, {once: true});
  promise.catch(() => {}).finally(() => signal.removeEventListener('abort', abort));
  try {
    client.exec(line, (error, channel) => {
      if (error) return reject(error);
      // At once: what the server sent with its answer is handed out before any promise gets its turn.
      const command = commandOn(client, channel);
      if (signal.aborted) command.end();
      resolve(command);
    });
  } catch (error) {
    reject(error);
  }
  return promise;
}

/** What ssh2 keeps to itself, of the pinned version. */
type Inner = {
  readonly incoming: {readonly state: 'open' | 'eof' | 'closed'};
  readonly outgoing: {readonly id: number; readonly state: 'open' | 'eof' | 'closing' | 'closed'};
  readonly _client: {readonly _protocol: {signal(channel: number, name: string): void}};
};

function commandOn(client: Client, channel: ClientChannel): Command {
  const inner = channel as unknown as Inner;
  const {promise: ended, resolve, reject} = Promise.withResolvers<Ending>();
  ended.catch(() => {});
  let ending: Ending | undefined;
  let letGo = false;
  const settle = (isWhole: boolean) => {
    if (ending && isWhole) resolve(ending);
    else if (letGo) resolve({code: undefined, signal: 'SIGTERM'});
    else reject(new Problem('host.lost'));
  };
  // A write after the end of the command.
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  channel.on('exit', (code: number | null, signal?: string) => {
    ending = {code: code ?? undefined, signal};
  });
  const onClientClose = () => {
    // Before the end of its output: the exit code alone is no result.
    if (inner.incoming.state === 'open') settle(false);
  };
  client.once('close', onClientClose);
  channel.once('close', () => {
    client.off('close', onClientClose);
    settle(true);
  });
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended,
    greeting: () => undefined,
    end: () => {
      if (letGo) return;
      letGo = true;
      // Not `channel.signal`: that does nothing once stdin was ended.
      const {id, state} = inner.outgoing;
      if (state === 'open' || state === 'eof') inner._client._protocol.signal(id, 'TERM');
      channel.close();
      // 'close' comes only after the rest was read.
      channel.resume();
      channel.stderr.resume();
    },
  };
}
