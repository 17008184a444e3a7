import {createHash} from 'node:crypto';
import {oneLine} from '../../text.ts';

/** What the first line of a file that windsock made says. */
export type Stamp = {
  readonly name: string;
  readonly words: string;
  /** The rest is as windsock wrote it. */
  readonly isUntouched: boolean;
};

const form = /^# Made by windsock \(logs schedule, ([a-z0-9-]+)\): (.*)\. Sum of the rest: ([0-9a-f]{64})$/;

const sumOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Puts a first line to a file that tells what made it, why, and whether somebody changed it; after `#!` where a program begins so. */
export function stamped(text: string, name: string, words: string): string {
  const [start, rest] = afterShebang(text);
  return `${start}# Made by windsock (logs schedule, ${name}): ${oneLine(words, 300)}. Sum of the rest: ${sumOf(start + rest)}\n${rest}`;
}

/** Undefined where windsock did not make the file. */
export function readStamp(text: string): Stamp | undefined {
  const [start, rest] = afterShebang(text);
  const end = rest.indexOf('\n');
  const [, name, words = '', sum] = form.exec(rest.slice(0, end)) ?? [];
  return name === undefined ? undefined : {name, words, isUntouched: sumOf(start + rest.slice(end + 1)) === sum};
}

function afterShebang(text: string): readonly [string, string] {
  const end = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0;
  return [text.slice(0, end), text.slice(end)];
}

/** The second line. */
export const takeBackLine = (name: string, vessel: string): string =>
  `# To take it back: windsock logs schedule remove ${name} --as ${vessel}`;
