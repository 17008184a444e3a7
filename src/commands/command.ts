import type {Console} from '../console.ts';
import type {ReadOption} from './options.ts';

/** Something that windsock does without a screen, for cron, CI and monitoring. */
export type Command = {
  /** ['dags', 'trigger'] */
  readonly path: readonly [string, ...string[]];
  readonly summary: string;
  /** As commander writes them: "<dag>", "[host]". */
  readonly args?: readonly string[];
  readonly options?: readonly CommandOption[];
  /** It changes something: takes --yes and --dry-run. */
  readonly changes?: true;
  /** Returns the exit code. Throws `Problem`. */
  readonly run: (context: CommandContext, input: CommandInput) => Promise<number>;
};

export type CommandOption = {
  readonly flags: string;
  readonly description: string;
  /** Default: the text as it is. */
  readonly read?: ReadOption;
};

export type CommandInput = {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
};

export type CommandContext = {
  readonly console: Console;
  readonly json: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** A line on stdout. */
  readonly print: (line: string) => void;
  /** A line on stderr: progress and remarks, never with `--json`. */
  readonly remark: (line: string) => void;
};

/** Exit codes: DESIGN's, after sysexits.h where it has one. */
export const exitCodes = {ok: 0, failed: 1, usage: 64, busy: 75, readOnly: 77} as const;

/** What `health` exits with, as monitoring expects it. */
export const healthExitCodes = {ok: 0, note: 0, warning: 1, critical: 2, unknown: 3} as const;
