import {readArguments} from './arguments.ts';
import type {Program} from './program.ts';

/** date of the demo's machine, by the clock of its world and in UTC: `+%s`, `+%s %N`, and of `-d` what a log of packages needs. */
export const date: Program = ({args, world, out, err}) => {
  const given = readArguments(args, ['-d', '--date']);
  const [format = ''] = given.words;
  const ms = time(given.option('-d', '--date'), world.clock.now());
  const seconds = String(Math.floor(ms / 1000));
  const formats: Readonly<Record<string, string>> = {
    '+%s': seconds,
    '+%s %N': `${seconds} ${String(Math.floor(ms % 1000)).padStart(3, '0')}000000`,
    '+%Y-%m-%d %H:%M:%S': Number.isNaN(ms) ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' '),
  };
  const shown = Number.isNaN(ms) ? undefined : formats[format];
  if (shown === undefined) {
    err(`date: the demo does not know '${args.join(' ')}'\n`);
    return 1;
  }
  out(`${shown}\n`);
  return 0;
};

function time(text: string | undefined, now: number): number {
  if (text === undefined) return now;
  return text.startsWith('@') ? Number(text.slice(1)) * 1000 : Date.parse(`${text.replace(' ', 'T')}Z`);
}
