import type {Secrets} from '../activity/secrets.ts';
import type {Console} from '../console.ts';
import type {Profile} from '../profile/profile.ts';
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
} & (
  | {
      readonly needs?: undefined;
      /** Returns the exit code. Throws `Problem`. */
      readonly run: (context: CommandContext, input: CommandInput) => Promise<number>;
    }
  | {
      /** It is about profiles themselves: none is opened for it. */
      readonly needs: 'profiles';
      readonly run: (context: ProfilesContext, input: CommandInput) => Promise<number>;
    }
);

export type CommandOption = {
  readonly flags: string;
  readonly description: string;
  /** Default: the text as it is. */
  readonly read?: ReadOption;
  /** The help does not offer it: the command takes it only to say why it cannot. */
  readonly isRefused?: true;
};

export type CommandInput = {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
};

export type CommandContext = Output & {
  readonly console: Console;
};

export type ProfilesContext = Output & {
  /** Knows what must be shown nowhere. */
  readonly secrets: Secrets;
  /** What --profiles says. */
  readonly profilesFile: string | undefined;
  readonly readOnly: boolean;
  /** All of the file; with --demo that of the demo alone. Throws what `readProfiles` throws. */
  readonly profiles: () => Promise<readonly Profile[]>;
  /** The profile of that name, else the one of --profile, else the only one. Throws what `chooseProfile` throws. */
  readonly choose: (name?: string) => Promise<Profile>;
};

/** What every command is given. */
export type Output = {
  readonly json: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** A line on stdout. */
  readonly print: (line: string) => void;
  /** A line on stderr: progress and remarks, never with `--json`. */
  readonly remark: (line: string) => void;
  /** Aborts when nobody reads stdout any more. */
  readonly unread: AbortSignal;
};

/** Exit codes: DESIGN's, after sysexits.h where it has one. */
export const exitCodes = {ok: 0, failed: 1, usage: 64, busy: 75, readOnly: 77, interrupted: 130} as const;

/** What `health` exits with, as monitoring expects it. */
export const healthExitCodes = {ok: 0, note: 0, warning: 1, critical: 2, unknown: 3} as const;
