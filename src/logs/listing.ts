import type {Agent} from '../host/agent.ts';
import type {Volume} from '../host/agent-answers.ts';
import type {ListRow} from '../host/agent-deletion.ts';
import type {LineFile, PlanFolder} from '../profile/plan-folder.ts';

/** All files of a log folder as they were found, in a file on this side: a plan is chosen from it, as often as wanted. */
export type Listing = {
  readonly root: string;
  readonly device: string;
  readonly inode: string;
  /** By the clock of the host, when the walk began. */
  readonly nowMs: number;
  readonly files: number;
  /** Processes of other users, whose open files could not be seen. */
  readonly hiddenProcesses: number;
  readonly unreadable: number;
  readonly unreadablePaths: readonly string[];
  readonly volume: Volume;
  /** In the order of the walk, some thousand at a time. */
  rows(): AsyncIterable<readonly ListRow[]>;
  /** Forgets it. */
  remove(): Promise<void>;
};

export type ListingOptions = {
  /** Only what is older counts; absent where younger files decide, too. */
  readonly olderThanMs?: number;
  readonly under?: readonly (readonly string[])[];
  readonly onProgress?: (files: number) => void;
};

/** Walks the log folder of a host. Throws `host.file-missing`, `host.file-denied`, `logs.state`, and what the agent throws. */
export async function takeListing(
  agent: Agent,
  root: string,
  folder: PlanFolder,
  {olderThanMs, under = [], onProgress}: ListingOptions,
  signal: AbortSignal,
): Promise<Listing> {
  const [volume] = await agent.volumes([root], signal);
  if (volume === undefined) throw new Error('a volume was asked for, and none told');
  const spool = await folder.create(`${folder.newId(Date.now())}.listing`);
  try {
    let begun = {device: '', inode: '', nowMs: 0, hiddenProcesses: 0};
    let ended: {unreadable: number; unreadablePaths: readonly string[]} = {unreadable: 0, unreadablePaths: []};
    let files = 0;
    const options = {under, ...(olderThanMs === undefined ? {} : {olderThanMs})};
    for await (const event of agent.list(root, options, signal)) {
      if (event.kind === 'begin') begun = event;
      else if (event.kind === 'end') ended = event;
      else {
        for (const row of event.rows) if (row[0] === 'f') files++;
        await spool.write(event.rows);
        onProgress?.(files);
      }
    }
    await spool.end();
    const {device, inode, nowMs, hiddenProcesses} = begun;
    const {unreadable, unreadablePaths} = ended;
    return {
      ...{root, device, inode, nowMs, files, hiddenProcesses, unreadable, unreadablePaths, volume},
      rows: () => rowsOf(spool),
      remove: () => spool.remove(),
    };
  } catch (error) {
    await spool.end().catch(() => {});
    await spool.remove();
    throw error;
  }
}

/** Own lines, written just now by this program. */
async function* rowsOf(spool: LineFile): AsyncGenerator<readonly ListRow[]> {
  for await (const rows of spool.read()) yield rows as readonly ListRow[];
}
