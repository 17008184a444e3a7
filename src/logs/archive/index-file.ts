import {pipeline, Readable} from 'node:stream';
import {createGunzip, gzipSync} from 'node:zlib';
import * as v from 'valibot';
import {type Line, splitLines} from '../../host/lines.ts';
import {Problem} from '../../problems/problem.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const head = v.object({
  windsock: v.literal('archive of logs'),
  version: v.literal(1),
  host: v.string(),
  /** The log folder that the paths are below. */
  root: v.string(),
  dagId: v.optional(v.string()),
  class: v.string(),
  /** UTC, when the files were last written. */
  day: v.string(),
  /** ISO 8601. */
  madeAt: v.string(),
  files: count,
  /** Of the archive beside the index. */
  bytes: count,
  sha256: v.string(),
  /** Of the tar in it. */
  plainBytes: count,
  /** Where each member of gzip begins in the archive, and where in the tar. */
  members: v.pipe(v.array(v.tuple([count, count])), v.minLength(1)),
});

/** A file in an archive. `begins`: where its content does in the tar. */
const entry = v.object({
  path: v.string(),
  size: count,
  mtimeNs: v.pipe(v.string(), v.regex(/^-?\d{1,19}$/)),
  begins: count,
  sha256: v.string(),
});

export type IndexHead = v.InferOutput<typeof head>;
export type IndexEntry = v.InferOutput<typeof entry>;
export type ArchiveIndex = {readonly head: IndexHead; readonly entries: readonly IndexEntry[]};

const longestLine = 64 * 1024 * 1024;
const mostEntries = 1_000_000;
/** Of what it unpacks to: who can write to the place may put something there that never ends. */
const mostBytes = 256 * 1024 * 1024;

/** JSON lines, compressed: what the archive is, and then a line for each file. */
export function writeIndex({head: is, entries}: ArchiveIndex): Buffer {
  return gzipSync([is, ...entries].map(line => `${JSON.stringify(line)}\n`).join(''));
}

/** Throws `archive.unreadable`, and what `content` throws. */
export async function readIndex(name: string, content: AsyncIterable<Uint8Array>): Promise<ArchiveIndex> {
  let is: IndexHead | undefined;
  const entries: IndexEntry[] = [];
  const lines = pipeline(
    Readable.from(content),
    createGunzip(),
    upTo(mostBytes, name),
    splitLines(longestLine),
    () => {},
  );
  try {
    for await (const {text} of lines as AsyncIterable<Line>) {
      const line: unknown = JSON.parse(text);
      if (is === undefined) is = v.parse(head, line);
      else entries.push(v.parse(entry, line));
      if (entries.length > mostEntries) throw new Problem('archive.unreadable', `${name} is too long`);
    }
  } catch (error) {
    if (error instanceof Problem || (error instanceof Error && error.name === 'AbortError')) throw error;
    throw new Problem('archive.unreadable', name);
  }
  if (is === undefined || entries.length !== is.files) throw new Problem('archive.unreadable', `${name} is cut off`);
  return {head: is, entries};
}

const upTo = (most: number, name: string) =>
  async function* (content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const part of content) {
      bytes += part.length;
      if (bytes > most) throw new Problem('archive.unreadable', `${name} is too long`);
      yield part;
    }
  };

/** The bytes of the archive that a file is in, and how much of what they unpack to comes before it. */
export function placeOf({head: {members, bytes}}: ArchiveIndex, {begins, size}: IndexEntry) {
  const first = members.findLastIndex(([, plain]) => plain <= begins);
  const behind = members.find(([, plain]) => plain >= begins + size);
  const [start = 0, plain = 0] = members[first] ?? [];
  return {range: {start, end: behind?.[0] ?? bytes}, skip: begins - plain};
}
