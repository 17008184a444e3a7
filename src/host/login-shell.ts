import {PassThrough, Transform} from 'node:stream';
import type {Command} from './command.ts';
import {quote} from './quote.ts';

/** The line, unknown to everybody else, that a shell prints before it becomes the command: what stands before it is a greeting. */
export type Mark = string;

/** The command line for a login shell, whatever it is: `exec`, `sh` and `env` are the same in all of them. */
export const markedLine = (argv: readonly string[], mark: Mark): string =>
  `exec sh -c ${quote(['echo "$0"; exec env LC_ALL=C "$@"', mark, ...argv])}`;

const keptBytes = 4096;

/** A command that a login shell was told to become. What the shell itself says before, a greeting, is taken away. */
export function afterMark(command: Command, mark: Mark, onMark: () => void = () => {}): Command {
  const wanted = Buffer.from(`${mark}\n`);
  let before = Buffer.alloc(0);
  let isThere = false;
  const stdout = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (isThere) return done(null, chunk);
      before = Buffer.concat([before, chunk]);
      const at = before.indexOf(wanted);
      if (at < 0) {
        before = before.subarray(-keptBytes);
        return done();
      }
      isThere = true;
      onMark();
      done(null, before.subarray(at + wanted.length));
    },
  });
  command.stdout.pipe(stdout);
  // A stream that was destroyed has no 'end'.
  command.stdout.once('close', () => stdout.end());
  return {
    ...command,
    stdout,
    greeting: () => command.greeting() ?? (isThere ? undefined : before.toString('utf8')),
    end: () => {
      command.stdout.unpipe(stdout);
      stdout.destroy();
      command.end();
    },
  };
}

/**
 * A shell that reads its commands from stdin, told to become this command. What is written to the command waits for the
 * mark: some shells read more than their line.
 */
export function becoming(shell: Command, argv: readonly string[], mark: Mark): Command {
  const stdin = new PassThrough();
  stdin.on('error', () => {});
  shell.stdin.write(`${markedLine(argv, mark)}\n`);
  const command = afterMark(shell, mark, () => stdin.pipe(shell.stdin));
  return {
    ...command,
    stdin,
    end: () => {
      stdin.destroy();
      command.end();
    },
  };
}
