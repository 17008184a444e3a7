import {PassThrough} from 'node:stream';
import type {Problem} from '../problems/problem.ts';
import type {Command} from './command.ts';
import type {HostStream} from './host.ts';

const keptBytes = 4096;

/**
 * Makes a stream for the outside of a command. `refusal` looks at a command that ended: perhaps it did not run. `onBytes`
 * hears how much came on stdout.
 */
export function follow(
  command: Command,
  refusal: (code: number | undefined, stderr: string) => Problem | undefined,
  onBytes: (bytes: number) => void,
): HostStream {
  // Of its own, so that after `end` the rest can be thrown away although nobody reads any more.
  const stdout = new PassThrough();
  let last = Buffer.alloc(0);
  command.stdout.on('data', (chunk: Buffer) => onBytes(chunk.length)).pipe(stdout);
  // A stream that was destroyed has no 'end'.
  command.stdout.once('close', () => stdout.end());
  command.stderr.on('data', (chunk: Buffer) => {
    last = Buffer.concat([last, chunk]).subarray(-keptBytes);
  });
  const {promise: allSaid, resolve} = Promise.withResolvers<void>();
  command.stderr.once('end', resolve).once('close', resolve);
  const stderr = () => last.toString('utf8');
  let letGo = false;
  const ended = command.ended.then(async ending => {
    await allSaid;
    if (letGo) return ending;
    const problem = refusal(ending.code, stderr());
    if (problem) throw problem;
    return ending;
  });
  // Not everybody asks how a stream ended.
  ended.catch(() => {});
  return {
    stdin: command.stdin,
    stdout,
    stderr,
    ended,
    end: () => {
      letGo = true;
      command.stdout.unpipe(stdout);
      stdout.end();
      command.end();
    },
  };
}
