import type {Readable, Writable} from 'node:stream';
import type {Problem} from '../problems/problem.ts';
import type {Watched} from './watched.ts';

/** On whose behalf a command runs: the login user, root, or a user by name (both by `become` of the profile). */
export type RunAs = 'login' | 'root' | {readonly user: string};

export type ExecOptions = {
  readonly as?: RunAs;
  readonly stdin?: string | Uint8Array;
  /** Default 20,000. A command that takes longer is ended, and `host.timeout` thrown. */
  readonly timeoutMs?: number;
  /** Ends the command; `exec` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Output beyond this many bytes is thrown away. Default 8 MiB. */
  readonly maxBytes?: number;
  /** Runs nothing: the exit code is 0 where sudo would let it run. */
  readonly onlyAsk?: true;
  /** It changes something: the activity marks it. */
  readonly changes?: boolean;
};

export type StreamOptions = Pick<ExecOptions, 'as' | 'changes'> & {
  /** It is told on stdin what to do. */
  readonly readsStdin?: boolean;
};

export type ExecResult = {
  /** The exit code; undefined when a signal ended the command. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** There was more output than `maxBytes`. */
  readonly cut?: true;
};

/** A command that goes on: a journal that is followed, the agent. */
export interface HostStream {
  readonly stdin: Writable;
  /** Must be read (or `resume`d): a command whose output nobody reads stalls and does not end. */
  readonly stdout: Readable;
  /** The last 4 KiB of what came on stderr so far. */
  stderr(): string;
  /**
   * Ends the command with SIGTERM (never SIGKILL: that orphans what sudo started) and closes the channel. Without sudo it
   * reaches what the command started, too; sudo hands it to the command only.
   */
  end(): void;
  /**
   * Settles when the command has ended. Rejects with `host.lost` when the connection went away before it ended, and with
   * `host.sudo-…`, `host.not-permitted` or `host.shell` when it did not run. After `end` it never rejects for a lost connection.
   */
  readonly ended: Promise<{readonly code: number | undefined; readonly signal: string | undefined}>;
  /** Tells the activity what the program is asked on stdin. */
  readonly asked?: (text: string, changes: boolean) => Watched;
}

/** Something that a host is told to do, for the activity. What goes in by stdin is no part of it. */
export type HostDeed = {readonly changes: boolean} & (
  | {readonly what: 'command'; readonly argv: readonly string[]; readonly readsStdin: boolean}
  | {readonly what: 'agent'; readonly text: string}
);

/** How that ended. Without `ending` and `problem`: nobody waits for it any more. */
export type HostEnded = {
  readonly tookMs: number;
  /** Of stdout. */
  readonly bytes?: number;
  readonly ending?: {readonly code: number | undefined; readonly signal: string | undefined};
  readonly problem?: Problem;
};

/** Told what begins; what it returns is told how that ended. */
export type OnDeed = (deed: HostDeed) => (ended: HostEnded) => void;

/** Points of time are milliseconds since 1970. `retryAtMs` is undefined while nobody asks for the host, and where only a change by hand helps. */
export type HostState =
  | {readonly at: 'idle'}
  | {readonly at: 'connecting'}
  | {readonly at: 'up'; readonly sinceMs: number}
  | {readonly at: 'down'; readonly problem: Problem; readonly retryAtMs: number | undefined};

/** The question whether an unknown key is the host's own. */
export type HostKeyQuestion = {
  readonly host: string;
  readonly port: number;
  readonly keyType: string;
  /** SHA256:… as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  /** Where known_hosts has keys of other types for this host ("FILE:LINE"); empty when the host is not known at all. */
  readonly knownBy?: readonly string[];
};

/** Something that only a person knows, needed to log in or to become another user. */
export type SecretQuestion = {
  /** As the profile names the host. */
  readonly host: string;
  readonly what: 'password' | 'passphrase' | 'sudo-password' | 'code';
  /** What the server says, or the path of the key file; one line, made harmless. */
  readonly prompt: string;
  /** The answer may be seen while it is typed: the server says so. */
  readonly shown: boolean;
  /** The answer before was refused. */
  readonly again?: true;
};

/** Asks a person. Without it, what is unknown is refused. */
export type HostAsk = {
  /** Whether an unknown key is the host's own; it is then recorded. */
  readonly hostKey: (question: HostKeyQuestion) => Promise<boolean>;
  /** The secret; undefined when the user did not answer. */
  readonly secret: (question: SecretQuestion) => Promise<string | undefined>;
  /** Says what does not stop anything: known_hosts cannot be written. */
  readonly tell?: (remark: string) => void;
};

/**
 * A machine that runs part of Airflow. Connects when first needed and again by itself after a loss.
 * `exec` and `stream` throw `Problem` (`host.*`) when the host cannot be reached, the connection is lost or `sudo` refuses;
 * a command that ran and failed is a result, not an error.
 */
export interface Host {
  /** As the profile names it, for the screen: "af-1", "local". */
  readonly name: string;
  /** The user that commands run as without `become`. */
  loginUser(): Promise<string>;
  state(): HostState;
  /** Calls back after each change of the state. Returns what stops it. */
  onState(listener: (state: HostState) => void): () => void;
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  stream(argv: readonly string[], options?: StreamOptions): Promise<HostStream>;
  /** Connects now, though it was refused a moment ago, and asks again what was not answered. */
  tryNow(): void;
  /** The argv with what `become` puts before it: what really runs, to show in a preview. */
  commandAs(argv: readonly string[], as: RunAs): readonly string[];
  close(): void;
}
