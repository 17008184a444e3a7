import {PassThrough} from 'node:stream';
import type {Command, Ending} from './command.ts';

/**
 * A command that is started in another way when the first was refused before it ran: what was written to it until it said
 * something is written again. `again` gives the other one, or undefined when the first is as good as any.
 */
export function onceMore(
  first: Command,
  again: (ending: Ending, stderr: string) => Promise<Command> | undefined,
): Command {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  stdin.on('error', () => {});
  let current = first;
  let written: Buffer[] | undefined = [];
  let said = Buffer.alloc(0);
  let isOver = false;

  stdin.on('data', (chunk: Buffer) => {
    written?.push(chunk);
    if (!current.stdin.write(chunk)) {
      stdin.pause();
      const go = () => stdin.resume();
      current.stdin.once('drain', go).once('close', go).once('error', go);
    }
  });
  stdin.once('end', () => current.stdin.end());

  const settle = () => {
    if (written === undefined) return;
    written = undefined;
    stderr.write(said);
  };
  const hear = (command: Command) => {
    command.stdout.on('data', (chunk: Buffer) => {
      // It runs: it was not refused.
      settle();
      if (stdout.write(chunk)) return;
      command.stdout.pause();
      stdout.once('drain', () => command.stdout.resume());
    });
    command.stderr.on('data', (chunk: Buffer) => {
      said = Buffer.concat([said, chunk]).subarray(-4096);
      if (written === undefined) stderr.write(chunk);
    });
  };
  hear(first);

  const finish = (ending: Ending): Ending => {
    stdout.end();
    stderr.end();
    return ending;
  };
  const ended = first.ended.then(async ending => {
    const next = written === undefined || isOver ? undefined : again(ending, said.toString('utf8'));
    if (next === undefined) {
      settle();
      return finish(ending);
    }
    const second = await next;
    current = second;
    if (isOver) second.end();
    for (const chunk of written ?? []) second.stdin.write(chunk);
    written = undefined;
    if (stdin.readableEnded) second.stdin.end();
    hear(second);
    return finish(await second.ended);
  });
  ended.catch(() => {
    stdout.end();
    stderr.end();
  });
  return {
    stdin,
    stdout,
    stderr,
    ended,
    greeting: () => current.greeting(),
    end: () => {
      isOver = true;
      stdin.destroy();
      stdout.destroy();
      stderr.end();
      current.end();
    },
  };
}
