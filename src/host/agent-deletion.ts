import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {age} from '../words.ts';
import {type Conversation, expectShape} from './agent-conversation.ts';
import {type PackEvent, type PackOptions, packPlanned} from './agent-pack.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const known = v.pipe(
  v.nullable(v.number()),
  v.transform(value => value ?? undefined),
);

export type ListOptions = {
  /** Only files that were last written so long ago, by the clock of the host. */
  readonly olderThanMs?: number;
  /** Only what is at or below these paths, each a list of names from the root down. Empty: everything. */
  readonly under?: readonly (readonly string[])[];
};

type Enter = readonly ['d', string];
type File = readonly ['f', string, string, number, number, string, string, number, 0 | 1 | 2 | 3];
type Leave = readonly ['u', string, number, number, number, 0 | 1];

/**
 * A step of the walk. `["d", name]`: into a directory. `["f", name, inode, size, allocated, mtimeNs, ctimeNs, links, flags]`:
 * a file in it; flags are 1 where the user may remove it, plus 2 where a process has it open. `["u", inode, mtimeMs, kept,
 * allocated, may]`: out of the directory; `kept` is how many of its entries are not told, `may` is 1 where it may be removed.
 */
export type ListRow = Enter | File | Leave;

const shapes: Readonly<Record<string, readonly string[]>> = {
  d: ['string', 'string'],
  f: ['string', 'string', 'string', 'number', 'number', 'string', 'string', 'number', 'number'],
  u: ['string', 'string', 'number', 'number', 'number', 'number'],
};

/** A million of them come: they are looked at and not copied. */
function isRow(row: unknown): row is ListRow {
  if (!Array.isArray(row)) return false;
  const shape = shapes[row[0]];
  return (
    shape !== undefined && row.length === shape.length && row.every((value, index) => typeof value === shape[index])
  );
}

const listEvent = v.variant('kind', [
  v.object({
    kind: v.literal('begin'),
    device: v.string(),
    inode: v.string(),
    /** By the clock of the host. */
    nowMs: v.number(),
    /** Processes of other users, whose open files cannot be seen. */
    hiddenProcesses: count,
  }),
  v.object({
    kind: v.literal('rows'),
    rows: v.custom<readonly ListRow[]>(rows => Array.isArray(rows) && rows.every(isRow)),
  }),
  v.object({kind: v.literal('end'), unreadable: count, unreadablePaths: v.array(v.string())}),
]);

export type ListEvent = v.InferOutput<typeof listEvent>;

/** Answers of some thousand rows that wait here at most. */
const unread = 16;

export async function* listFiles(
  conversation: Conversation,
  root: string,
  {olderThanMs, under = []}: ListOptions = {},
  signal?: AbortSignal,
): AsyncGenerator<ListEvent> {
  const request = {op: 'list_files', root, olderThanMs: olderThanMs ?? null, under};
  for await (const answer of conversation.ask(request, root, signal, unread))
    yield expectShape(listEvent, answer, root);
}

/** What is left of a planned file to check it by: `[name, inode, size, mtimeNs, ctimeNs, "empty" to keep the file and take its content, "rotate" to copy that to NAME.1 before]`. */
export type PlannedFile = readonly [string, string, number, string, string | null, ('empty' | 'rotate')?];

/** Files of one directory, whose names from the root down come first; then the inode of the directory where it is to go, too. */
export type PlannedGroup = readonly [readonly string[], readonly PlannedFile[], string | null];

const deleted = v.object({
  outcomes: v.string(),
  freedBytes: count,
  errors: v.record(v.string(), v.string()),
  tookMs: count,
});

/**
 * A letter for each file and directory of the batch, in their order; a dot for what it did not come to. `errors` are the words
 * of the system.
 */
export type Deleted = v.InferOutput<typeof deleted>;

export type DeleteOptions = {
  readonly device: string;
  /** Files that were written within this time are left. */
  readonly quietMs: number;
  /** So long after it came the batch ends where it is; it does at least one file. */
  readonly budgetMs: number;
  /** Not in a process of its own, which would have the files open that are packed meanwhile. Slower. */
  readonly apart?: false;
};

/** A folder that nobody else can clean up meanwhile. */
export type LockedFolder = {
  readonly device: string;
  readonly inode: string;
  /** Deletes what still is as it was planned. Several at once share the work; the order among them is not known. */
  delete(groups: readonly PlannedGroup[], options: DeleteOptions): Promise<Deleted>;
  /** Packs what still is as it was planned. Throws `store.full`, `store.denied`, `archive.in-logs`, `host.file-denied`. */
  pack(groups: readonly PlannedGroup[], options: PackOptions, signal?: AbortSignal): AsyncIterable<PackEvent>;
  /** Ends the batches that run at their next file. Nothing can be deleted after that. */
  halt(): Promise<void>;
  release(): Promise<void>;
};

const lockAnswer = v.variant('kind', [
  v.object({kind: v.literal('locked'), device: v.string(), inode: v.string()}),
  v.object({kind: v.literal('held'), pid: known, ageMs: known}),
]);

export async function lockFolder(conversation: Conversation, root: string): Promise<LockedFolder> {
  const holding = conversation.ask({op: 'lock', root}, root);
  const {value} = await holding.next();
  const answer = expectShape(lockAnswer, value, root);
  if (answer.kind === 'held') {
    void holding.return(undefined);
    const since = answer.ageMs === undefined ? '' : ` for ${age(answer.ageMs)}`;
    const who = answer.pid === undefined ? '' : `: process ${answer.pid} holds it${since}`;
    throw new Problem('logs.busy', oneLine(`${root}${who}`, 500));
  }
  const one = async <T extends v.GenericSchema>(request: {op: string} & Record<string, unknown>, schema: T) => {
    for await (const said of conversation.ask({root, ...request}, root)) return expectShape(schema, said, root);
    throw new Problem('host.agent-failed', oneLine(`${root}: it answered with nothing`, 500));
  };
  return {
    device: answer.device,
    inode: answer.inode,
    delete: (groups, options) => one({op: 'delete', groups, apart: true, ...options}, deleted),
    pack: (groups, {quietMs, into}, signal) =>
      packPlanned(conversation, root, {groups, device: answer.device, quietMs, ...(into && {into})}, signal),
    halt: async () => {
      await one({op: 'halt'}, v.object({}));
    },
    release: async () => {
      await holding.return(undefined);
    },
  };
}
