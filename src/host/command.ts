import type {Readable, Writable} from 'node:stream';

/** How a command ended. */
export type Ending = {readonly code: number | undefined; readonly signal: string | undefined};

/** A command that an adapter started. Both outputs must be read, otherwise it stalls and never ends. */
export type Command = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Sends SIGTERM to the command's process group, and lets go of it. A second call does nothing. */
  end(): void;
  /** Settles once it has ended and its output was read. Rejects with `host.lost` when the connection went away before. */
  readonly ended: Promise<Ending>;
  /** What a shell said in place of the command, which it did not run (not yet); undefined when the command ran. */
  greeting(): string | undefined;
};
