import type {LockedFolder, PlannedFile, PlannedGroup} from '../../host/agent-deletion.ts';
import type {PackEvent, Packed, PackOptions} from '../../host/agent-pack.ts';
import type {Store} from '../../store/store.ts';
import type {IndexEntry} from './index-file.ts';

/** A path below the log folder, and the letter that says why it was left out. */
export type LeftOut = readonly [path: string, letter: string];

export type Sent = {
  readonly packed: Packed;
  /** What is in the archive. */
  readonly kept: {readonly groups: readonly PlannedGroup[]; readonly entries: readonly IndexEntry[]};
  readonly left: readonly LeftOut[];
};

/** A file changed after a part of it was sent: what was sent is thrown away. */
class Spoilt extends Error {
  readonly place: number;
  readonly letter: string;

  constructor(place: number, letter: string) {
    super('a file changed while it was packed');
    this.place = place;
    this.letter = letter;
  }
}

/** Packs files into the store; where a large file changes meanwhile, all over again without it. */
export async function sendParcel(
  locked: LockedFolder,
  groups: readonly PlannedGroup[],
  options: PackOptions,
  store: Store,
  name: string,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<Sent> {
  const left: LeftOut[] = [];
  for (let wanted = groups; ; ) {
    try {
      const events = locked.pack(wanted, options, signal);
      const packed = await (options.into === undefined
        ? streamed(events, store, name, signal, onSent)
        : written(events, onSent));
      const {kept, refused} = sorted(wanted, packed);
      return {packed, kept, left: [...left, ...refused]};
    } catch (error) {
      if (!(error instanceof Spoilt)) throw error;
      const without = takeOut(wanted, error.place);
      left.push([without.path, error.letter]);
      wanted = without.groups;
    }
  }
}

/** Through here, as fast as the store takes it. */
async function streamed(
  events: AsyncIterable<PackEvent>,
  store: Store,
  name: string,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<Packed> {
  let end: Packed | undefined;
  let bytes = 0;
  const parts = async function* () {
    for await (const event of events) {
      if (event.kind === 'part') {
        yield event.content;
        bytes += event.content.length;
        onSent(bytes);
      } else if (event.kind === 'spoilt') throw new Spoilt(event.place, event.outcome);
      else if (event.kind === 'end') end = event;
    }
  };
  await store.put(name, parts(), signal);
  return whole(end);
}

/** On the host, which writes by itself. */
async function written(events: AsyncIterable<PackEvent>, onSent: (bytes: number) => void): Promise<Packed> {
  let end: Packed | undefined;
  for await (const event of events) {
    if (event.kind === 'spoilt') throw new Spoilt(event.place, event.outcome);
    if (event.kind === 'written') onSent(event.bytes);
    if (event.kind === 'end') end = event;
  }
  return whole(end);
}

function whole(end: Packed | undefined): Packed {
  if (end === undefined) throw new Error('a pack ended without saying what is in it');
  return end;
}

function sorted(groups: readonly PlannedGroup[], {outcomes, files}: Packed) {
  const entries: IndexEntry[] = [];
  const refused: LeftOut[] = [];
  const keptGroups: PlannedGroup[] = [];
  let at = 0;
  for (const [names, planned] of groups) {
    const kept = planned.filter(file => {
      const letter = outcomes[at++] ?? '.';
      const [name, , size, mtimeNs] = file;
      const path = [...names, name].join('/');
      const [begins, sha256] = (letter === 'k' ? files[entries.length] : undefined) ?? [];
      if (begins === undefined || sha256 === undefined) refused.push([path, letter]);
      else entries.push({path, size, mtimeNs, begins, sha256});
      return begins !== undefined;
    });
    if (kept.length > 0) keptGroups.push([names, kept, null]);
  }
  return {kept: {groups: keptGroups, entries}, refused};
}

function takeOut(groups: readonly PlannedGroup[], place: number) {
  let at = 0;
  let path = '';
  const isOther = (names: readonly string[]) => (file: PlannedFile) => {
    const isIt = at++ === place;
    if (isIt) path = [...names, file[0]].join('/');
    return !isIt;
  };
  const rest = groups.map(([names, files, inode]): PlannedGroup => [names, files.filter(isOther(names)), inode]);
  return {groups: rest.filter(([, files]) => files.length > 0), path};
}
