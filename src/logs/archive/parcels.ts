import type {PlannedFile, PlannedGroup} from '../../host/agent-deletion.ts';
import type {LineFile} from '../../profile/plan-folder.ts';
import {type Layout, whatIs} from '../layout.ts';
import {msOfNs} from '../mtime.ts';
import type {Shelf} from './name.ts';

/** What goes into one archive. */
export type Parcel = Shelf & {readonly groups: readonly PlannedGroup[]; readonly files: number};

/** So many files of a plan are held at once: a DAG and day with more of them gets several archives. */
const mostHeld = 50_000;

/** The files of a plan by DAG and day. Those that grow are none of it. */
export async function* parcelsOf(
  plan: Pick<LineFile, 'read'>,
  layout: Layout,
  most = mostHeld,
): AsyncGenerator<Parcel> {
  let held = new Map<string, OpenParcel>();
  let count = 0;
  for await (const group of groupsOf(plan)) {
    const [names, files] = group;
    for (const file of files) {
      if (file.length > 5) continue;
      const shelf = shelfOf(names, file, layout);
      const key = `${shelf.day} ${shelf.class} ${shelf.dagId ?? ''}`;
      let parcel = held.get(key);
      if (parcel === undefined) {
        parcel = new OpenParcel(shelf);
        held.set(key, parcel);
      }
      parcel.add(names, file);
      count += 1;
    }
    if (count < most) continue;
    yield* closed(held);
    held = new Map();
    count = 0;
  }
  yield* closed(held);
}

/** The folders of a plan that are to go, in its order. */
export async function* foldersOf(plan: Pick<LineFile, 'read'>): AsyncGenerator<PlannedGroup> {
  for await (const [names, , inode] of groupsOf(plan)) if (inode !== null) yield [names, [], inode];
}

/** The first line of a plan says what it is about. */
async function* groupsOf(plan: Pick<LineFile, 'read'>): AsyncGenerator<PlannedGroup> {
  for await (const line of plan.read()) if (Array.isArray(line)) yield line as unknown as PlannedGroup;
}

function shelfOf(names: readonly string[], [name, , , mtimeNs]: PlannedFile, layout: Layout): Shelf {
  const {class: is, dagId} = whatIs([...names, name], layout);
  const day = new Date(Math.max(0, msOfNs(mtimeNs))).toISOString().slice(0, 10);
  return {class: is, day, ...(dagId === undefined ? {} : {dagId})};
}

class OpenParcel {
  readonly shelf: Shelf;
  readonly groups: [readonly string[], PlannedFile[], null][] = [];
  files = 0;

  constructor(shelf: Shelf) {
    this.shelf = shelf;
  }

  add(names: readonly string[], file: PlannedFile): void {
    const last = this.groups.at(-1);
    if (last?.[0] === names) last[1].push(file);
    else this.groups.push([names, [file], null]);
    this.files += 1;
  }
}

function* closed(held: ReadonlyMap<string, OpenParcel>): Generator<Parcel> {
  const order = ({shelf}: OpenParcel) => `${shelf.dagId ?? ''} ${shelf.class} ${shelf.day}`;
  for (const parcel of [...held.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1))) {
    const {shelf, groups, files} = parcel;
    yield {...shelf, groups, files};
  }
}
