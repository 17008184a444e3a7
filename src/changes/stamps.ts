import type {Says} from './change.ts';

/** The times of a file, by the clock of its host. */
export type Stamps = {
  readonly mtimeMs: number;
  /** When the entry was last written, moved or got another owner or mode. */
  readonly ctimeMs: number;
  /** Absent where the host does not tell; to the second only. */
  readonly bornMs?: number | undefined;
};

/** What happened to a file since a time; undefined: nothing. What is moved or copied with its time keeps that, but not the time of its entry. */
export function fileChange(
  {mtimeMs, ctimeMs, bornMs}: Stamps,
  sinceMs: number,
): {readonly says: Says; readonly atMs: number} | undefined {
  const isWritten = mtimeMs >= sinceMs && mtimeMs <= ctimeMs;
  if (bornMs !== undefined && bornMs >= sinceMs) {
    const says = {one: 'is new or was replaced', many: 'are new or were replaced'};
    return {says, atMs: isWritten ? mtimeMs : ctimeMs};
  }
  if (isWritten) return {says: {one: 'was changed', many: 'were changed'}, atMs: mtimeMs};
  if (ctimeMs < sinceMs) return undefined;
  const says = {
    one: 'was put there with an older time, or got another owner or mode',
    many: 'were put there with older times, or got another owner or mode',
  };
  return {says, atMs: ctimeMs};
}
