import type {Readable} from 'node:stream';
import {Problem} from '../problems/problem.ts';
import type {Command} from './command.ts';
import type {ExecResult} from './host.ts';

export type CollectOptions = {
  /** Names the command in a problem; its arguments may hold what must not be shown. */
  readonly program: string;
  readonly stdin: string | Uint8Array;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
};

/** Feeds a command, gathers what it says and waits for its end, or ends it when time is up or `signal` aborts. */
export async function collect(command: Command, options: CollectOptions): Promise<ExecResult> {
  const stdout = gather(command.stdout, options.maxBytes);
  const stderr = gather(command.stderr, options.maxBytes);
  command.stdin.end(options.stdin);
  const {promise: cut, reject} = Promise.withResolvers<never>();
  const stop = (reason: unknown) => {
    command.end();
    reject(reason);
  };
  const late = () =>
    stop(new Problem('host.timeout', `${options.program} took longer than ${options.timeoutMs / 1000} s`));
  const abort = () => stop(options.signal.reason);
  const timer = setTimeout(late, options.timeoutMs);
  options.signal.addEventListener('abort', abort, {once: true});
  if (options.signal.aborted) abort();
  try {
    const whole = Promise.all([command.ended, stdout.done, stderr.done]);
    const [ending] = await Promise.race([whole, cut]);
    return {
      ...ending,
      stdout: stdout.text(),
      stderr: stderr.text(),
      ...(stdout.cut() || stderr.cut() ? {cut: true as const} : {}),
    };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', abort);
  }
}

function gather(stream: Readable, maxBytes: number) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  const {promise: done, resolve} = Promise.withResolvers<void>();
  stream.on('data', (chunk: Buffer) => {
    // Read on when full: unread output would stall the command.
    const room = maxBytes - bytes;
    if (chunk.length > room) cut = true;
    if (room <= 0) return;
    chunks.push(chunk.subarray(0, room));
    bytes += Math.min(chunk.length, room);
  });
  stream.once('end', resolve).once('close', resolve);
  return {done, cut: () => cut, text: () => Buffer.concat(chunks).toString('utf8')};
}
