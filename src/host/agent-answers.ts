import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const point = v.pipe(
  v.nullable(v.number()),
  v.transform(value => value ?? undefined),
);

const given = v.pipe(
  v.nullable(v.string()),
  v.transform(text => text ?? undefined),
);

const amounts = {
  files: count,
  /** Allocated on the disk, as `du` counts: with the folders' own blocks. */
  bytes: count,
  /** The sum of the files' sizes; far more than `bytes` where files have holes. */
  apparentBytes: count,
  folders: count,
  /** Folders with nothing in them. */
  emptyFolders: count,
  /** Folders and files that could not be looked at. */
  errors: count,
  /** Milliseconds since 1970; undefined where there is no file. */
  oldestMs: point,
  newestMs: point,
  /** Files and bytes by age, in pairs: older than 365 days, 180, 90, 30, 7, 1, and younger. */
  ages: v.array(count),
};

/** `path` is below the folder that was scanned, and may hold any character. */
const namedFile = v.object({path: v.string(), bytes: count, apparentBytes: count, mtimeMs: v.number()});

export const scanEvent = v.variant('kind', [
  v.object({kind: v.literal('total'), ...amounts}),
  v.object({
    kind: v.literal('group'),
    path: v.optional(v.string()),
    isFolder: v.optional(v.boolean(), false),
    class: v.optional(v.string()),
    dagId: v.optional(given),
    places: v.optional(v.array(v.string()), []),
    ...amounts,
  }),
  v.object({
    kind: v.literal('named'),
    largest: v.array(namedFile),
    newest: v.array(namedFile),
    unreadable: v.array(v.object({path: v.string(), errno: v.string()})),
    empty: v.array(v.string()),
  }),
  v.object({kind: v.literal('done'), ...amounts, tookMs: count}),
]);

/**
 * `total`: all that was found so far; `group`: so far of one group, which is a path or a class and DAG; `named`: the largest and
 * the newest files, and up to 100 folders that could not be read or are empty; `done`: the whole tree, once, at the end.
 */
export type ScanEvent = v.InferOutput<typeof scanEvent>;

export type NamedFile = v.InferOutput<typeof namedFile>;

export const fileContent = v.pipe(
  v.object({
    base64: v.string(),
    size: count,
    sha256: v.string(),
    mode: count,
    uid: count,
    gid: count,
    owner: v.string(),
    mtimeNs: v.string(),
    realPath: v.string(),
  }),
  v.transform(({base64, ...rest}) => ({content: Buffer.from(base64, 'base64'), ...rest})),
);

/**
 * A file as it was read. `content` may be shorter than `size`; `sha256` (hex) is of `content`. `realPath` is without
 * symbolic links. `mode` has the permission bits only.
 */
export type FileContent = v.InferOutput<typeof fileContent>;

export const volume = v.object({
  path: v.string(),
  /** `path`, or its nearest folder that exists and can be looked at. */
  measuredPath: v.string(),
  /** The same for paths on the same volume. */
  device: v.string(),
  mountPoint: v.string(),
  totalBytes: count,
  freeBytes: count,
  /** What is free for others than root. */
  availableBytes: count,
  /** 0 where the file system does not count inodes. */
  totalInodes: count,
  freeInodes: count,
});

export type Volume = v.InferOutput<typeof volume>;

export const pidFile = v.pipe(
  v.object({path: v.string(), pid: point, program: given, ageMs: count}),
  v.transform(({path, pid, program, ageMs}) => ({path, ageMs, names: pid === undefined ? undefined : {pid, program}})),
);

/** A pid file names a process, unless it holds no number. `program` is the title of that process, undefined where it is gone. */
export type PidFile = v.InferOutput<typeof pidFile>;

/** The end of a file. `ageMs`: since it was written last, by the clock of the host. */
export const fileEnd = v.object({text: v.string(), size: count, ageMs: count});

export type FileEnd = v.InferOutput<typeof fileEnd>;

export const recentEvent = v.variant('kind', [
  v.object({
    kind: v.picklist(['file', 'link', 'removed']),
    path: v.string(),
    mtimeMs: v.number(),
    ctimeMs: v.number(),
    bornMs: point,
  }),
  v.object({kind: v.literal('end'), total: count, isCut: v.boolean()}),
]);

/**
 * `path` is below the folder that was asked for; of `removed` it is the folder that something went away from, at `mtimeMs`. `ctimeMs`: when
 * the entry was last written, moved or got another owner or mode; `bornMs` undefined where the host does not tell. By the clock of the host.
 */
export type RecentFile = Exclude<v.InferOutput<typeof recentEvent>, {kind: 'end'}>;

/** `total` may be more than `files`; `isCut`: time was up before all was looked at. */
export type RecentFiles = {readonly files: readonly RecentFile[]; readonly total: number; readonly isCut: boolean};

export const heldFile = v.object({
  path: v.string(),
  pid: count,
  program: v.string(),
  bytes: count,
  apparentBytes: count,
  isDeleted: v.boolean(),
  isWritten: v.boolean(),
});

/** A file that a process has open. `path` is whole; `bytes` are freed by its end where it is deleted. */
export type HeldFile = v.InferOutput<typeof heldFile>;

const answer = v.object({
  id: v.number(),
  answer: v.optional(v.unknown()),
  error: v.optional(v.object({errno: v.string(), message: v.string()})),
  done: v.optional(v.boolean()),
});

export type AgentAnswer = v.InferOutput<typeof answer>;

/** A line of the agent. */
export const agentMessage = v.union([v.object({hello: v.object({python: v.string(), uid: v.number()})}), answer]);
