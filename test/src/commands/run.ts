import {expect} from 'vitest';
import {parseCommandLine} from '../../../src/command-line.ts';
import {type Console, openConsole} from '../../../src/console.ts';
import type {Profile} from '../../../src/profile/profile.ts';

export type Ran = {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** The one line of stdout, read. */
  readonly json: unknown;
  readonly console: Console;
};

/** Runs a command as the program does, in this process. Throws what the command throws. */
export const run = (profile: Profile, ...argv: readonly string[]): Promise<Ran> => runWith(profile, argv);

/** The same before a reader of its output who leaves after the first line. */
export const runBriefly = (profile: Profile, ...argv: readonly string[]): Promise<Ran> =>
  runWith(profile, argv, new AbortController());

async function runWith(profile: Profile, argv: readonly string[], unread?: AbortController): Promise<Ran> {
  const {command, input, json, yes, dryRun, readOnly} = parseCommandLine(argv);
  if (command === undefined || command.needs === 'profiles') throw new Error(`${argv.join(' ')} opens no console`);
  const bugs: unknown[] = [];
  const console = openConsole(profile, {readOnly, onBug: error => bugs.push(error)});
  const out: string[] = [];
  const err: string[] = [];
  try {
    const code = await command.run(
      {
        ...{console, json, yes, dryRun},
        print: line => {
          out.push(line);
          unread?.abort();
        },
        remark: line => err.push(line),
        unread: (unread ?? new AbortController()).signal,
      },
      input,
    );
    expect(bugs).toEqual([]);
    return {code, out, err, console, json: json && out.length === 1 ? JSON.parse(out[0] ?? '') : undefined};
  } finally {
    console.close();
  }
}
