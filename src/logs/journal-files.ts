import type {Agent} from '../host/agent.ts';
import {Problem} from '../problems/problem.ts';
import {msOfNs} from './mtime.ts';
import {choosesNothing, type Rule} from './rule.ts';

/** A file of systemd-journald. */
export type Journal = {
  /** Whole path. */
  readonly path: string;
  readonly folder: string;
  /** What it has on the disk. */
  readonly bytes: number;
};

/** One that is no longer written to. */
export type ArchivedJournal = Journal & {
  /** When its first entry was written. */
  readonly headMs: number;
};

/** The journals of a host, as whoever looks at their folders finds them. */
export type Journals = {
  readonly archived: readonly ArchivedJournal[];
  /** Those that are being written: they stay. */
  readonly active: readonly Journal[];
  /** Folders that could not be looked into. */
  readonly unreadable: number;
  /** By the clock of the host. */
  readonly nowMs: number;
};

/** Which journals may go: all that began so long ago, and the oldest until those of a folder have no more than so much. */
export type JournalRule = {readonly olderThanMs?: number; readonly downToBytes?: number};

/** The same rule for a journal. Throws `logs.journal-rule` for what a journal does not know, `logs.nothing-chosen`. */
export function journalRuleOf(rule: Rule): JournalRule {
  const {olderThanMs, downTo, ...others} = rule;
  const [other] = Object.keys(others);
  if (other !== undefined || (downTo !== undefined && 'fraction' in downTo)) throw new Problem('logs.journal-rule');
  if (choosesNothing(rule)) throw new Problem('logs.nothing-chosen');
  return {
    ...(olderThanMs === undefined ? {} : {olderThanMs}),
    ...(downTo === undefined ? {} : {downToBytes: downTo.bytes}),
  };
}

/** Where systemd-journald keeps its files, on the disk and in memory. */
export const journalFolders = ['/var/log/journal', '/run/log/journal'] as const;

/** Names of systemd: NAME@SEQUENCE-NUMBER-TIME.journal, and NAME@TIME-RANDOM.journal~ of what was not closed well; times in microseconds. */
const archivedName = /@(?:[0-9a-f]{32}-[0-9a-f]{16}-([0-9a-f]{16})\.journal|([0-9a-f]{16})-[0-9a-f]{16}\.journal~)$/;
const journalName = /\.journal~?$/;

/** Throws what the agent throws. A host without a journal has none. */
export async function readJournals(agent: Agent, signal: AbortSignal): Promise<Journals> {
  const archived: ArchivedJournal[] = [];
  const active: Journal[] = [];
  let unreadable = 0;
  let nowMs = 0;
  for (const root of journalFolders) {
    try {
      const names: string[] = [];
      for await (const event of agent.list(root, {}, signal)) {
        if (event.kind === 'begin') nowMs = event.nowMs;
        else if (event.kind === 'end') unreadable += event.unreadable;
        else {
          for (const row of event.rows) {
            if (row[0] === 'd') names.push(row[1]);
            else if (row[0] === 'u') names.pop();
            else if (journalName.test(row[1])) {
              const folder = [root, ...names].join('/');
              const headMs = headOf(row[1], row[5]);
              const file = {path: `${folder}/${row[1]}`, folder, bytes: row[4]};
              if (headMs === undefined) active.push(file);
              else archived.push({...file, headMs});
            }
          }
        }
      }
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'host.file-missing')) throw error;
    }
  }
  return {archived, active, unreadable, nowMs};
}

/** Undefined for one that is being written. systemd takes the earlier of the time in the name and that of the file. */
function headOf(name: string, mtimeNs: string): number | undefined {
  const [match, clean, broken] = archivedName.exec(name) ?? [];
  if (match === undefined) return undefined;
  return Math.min(Number(BigInt(`0x${clean ?? broken}`) / 1000n), msOfNs(mtimeNs));
}

/**
 * What `journalctl --vacuum-…` will remove, each folder for itself: an estimate, it decides by itself when it runs. That of systemd
 * 252 counts the files that are being written as well; others do not, and remove less.
 */
export function vacuumed(
  {archived, active, nowMs}: Journals,
  {olderThanMs, downToBytes}: JournalRule,
): readonly ArchivedJournal[] {
  return [...Map.groupBy(archived, ({folder}) => folder)].flatMap(([folder, files]) => {
    let left = bytesOf([...files, ...active.filter(each => each.folder === folder)]);
    const goes: ArchivedJournal[] = [];
    for (const file of files.toSorted((a, b) => a.headMs - b.headMs)) {
      const isOld = olderThanMs !== undefined && file.headMs < nowMs - olderThanMs;
      const isTooMuch = downToBytes !== undefined && left > downToBytes;
      if (!isOld && !isTooMuch) break;
      goes.push(file);
      left -= file.bytes;
    }
    return goes;
  });
}

export const bytesOf = (files: readonly {readonly bytes: number}[]): number =>
  files.reduce((sum, {bytes}) => sum + bytes, 0);
