import {PassThrough, Transform} from 'node:stream';
import type {Command} from './command.ts';

/**
 * A command of a sudo that asks with `prompt`, which nobody else can know. The password is sent when the prompt shows up
 * and at no other time: without the question it would go to the stdin of the command, into a file perhaps. What is
 * written to the command waits until then. A second prompt means that the password is wrong: no other is tried.
 */
export function answerPrompt(command: Command, prompt: string, password: string): Command {
  const wanted = Buffer.from(prompt);
  const stdin = new PassThrough();
  stdin.on('error', () => {});
  let questions = 0;
  const onQuestion = () => {
    questions++;
    if (questions === 1) {
      command.stdin.write(`${password}\n`);
      stdin.pipe(command.stdin);
    } else {
      stdin.unpipe(command.stdin);
      stdin.resume();
      command.stdin.end();
    }
  };
  let held = Buffer.alloc(0);
  const stderr = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let text = Buffer.concat([held, chunk]);
      for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted)) {
        text = Buffer.concat([text.subarray(0, at), text.subarray(at + wanted.length)]);
        onQuestion();
      }
      const kept = beginning(text, wanted);
      held = text.subarray(text.length - kept);
      done(null, text.subarray(0, text.length - kept));
    },
    flush(done) {
      done(null, held);
    },
  });
  command.stderr.pipe(stderr);
  // A stream that was destroyed has no 'end'.
  command.stderr.once('close', () => stderr.end());
  return {
    ...command,
    stdin,
    stderr,
    end: () => {
      command.stderr.unpipe(stderr);
      stderr.end();
      stdin.destroy();
      command.end();
    },
  };
}

/** How many bytes at the end of `text` may be the beginning of `wanted`. */
function beginning(text: Buffer, wanted: Buffer): number {
  for (let length = Math.min(wanted.length - 1, text.length); length > 0; length--) {
    if (text.subarray(text.length - length).equals(wanted.subarray(0, length))) return length;
  }
  return 0;
}
