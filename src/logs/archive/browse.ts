import {createHash} from 'node:crypto';
import {pipeline, Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {asAirflow} from '../../config/as-airflow.ts';
import {type Agent, startAgent} from '../../host/agent.ts';
import {type Line, splitLines} from '../../host/lines.ts';
import {Problem} from '../../problems/problem.ts';
import {storeText} from '../../store/address.ts';
import {folderStore} from '../../store/folder.ts';
import {openStore} from '../../store/open.ts';
import type {Store} from '../../store/store.ts';
import type {CleanContext} from '../clean-up.ts';
import type {ArchivePlace} from './archive.ts';
import {type ArchiveIndex, type IndexEntry, placeOf, readIndex} from './index-file.ts';
import {archiveEnd, dagFolder, hostFolder, indexEnd, readName, type Shelf} from './name.ts';

/** An archive by what its name tells. `bytes`: without its index. */
export type ArchiveRow = Shelf & {readonly name: string; readonly bytes: number};

/** The archives of a host in one place. */
export type Archives = {
  readonly where: string;
  /** Those that are whole: with their index. By DAG and day. */
  list(of: {readonly dagId?: string | undefined}, signal?: AbortSignal): Promise<readonly ArchiveRow[]>;
  /** What is in one. Throws `archive.unreadable`. */
  look(name: string, signal?: AbortSignal): Promise<ArchiveIndex>;
  /** The content of a log; no more of the archive is read than it takes. Throws `archive.damaged`. */
  read(name: string, index: ArchiveIndex, entry: IndexEntry, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Copies one with its index to a folder of this machine, and compares. Returns the paths below it. */
  fetch(name: string, folder: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Writes a log to a folder of this machine, at the path that it had below the log folder. Returns that. */
  extract(name: string, path: string, folder: string, signal?: AbortSignal): Promise<string>;
  close(): void;
};

export function openArchives(context: Pick<CleanContext, 'host' | 'installation'>, place: ArchivePlace): Archives {
  const {host} = context;
  let agent: Promise<Agent> | undefined;
  let opened: Promise<Store> | undefined;
  const begin = async () => {
    if (place.address.kind !== 'host') return openStore(place.address, noAgent, place.s3);
    agent ??= context.installation().then(found => startAgent(host, asAirflow(found)));
    const started = await agent;
    return openStore(place.address, () => started);
  };
  const store = () => {
    opened ??= begin().catch(error => {
      opened = agent = undefined;
      throw error;
    });
    return opened;
  };
  const look = async (name: string, signal?: AbortSignal) => {
    const from = await store();
    return readIndex(name, from.read(`${known(name)}${indexEnd}`, undefined, signal));
  };
  const read = (name: string, index: ArchiveIndex, entry: IndexEntry, signal?: AbortSignal) =>
    contentOf(store, name, index, entry, signal);
  return {
    where: storeText(place.address),
    list: async ({dagId}, signal) => {
      const prefix = dagId === undefined ? `${hostFolder(host.name)}/` : dagFolder(host.name, dagId);
      return listed(await store(), prefix, signal);
    },
    look,
    read,
    fetch: async (name, folder, signal) => {
      const from = await store();
      const {head} = await look(name, signal);
      const into = folderStore(folder);
      const paths = [archiveEnd, indexEnd].map(end => `${known(name)}${end}`);
      for (const path of paths) await into.put(path, from.read(path, undefined, signal), signal);
      const got = await into.digest(`${name}${archiveEnd}`, signal);
      if (got.sha256 === head.sha256 && got.bytes === head.bytes) return paths;
      for (const path of paths) await into.remove(path);
      throw new Problem('archive.damaged', `${name}${archiveEnd}`);
    },
    extract: async (name, path, folder, signal) => {
      const index = await look(name, signal);
      const entry = entryOf(name, index, path);
      if (path.split('/').some(part => /^\.{0,2}$/.test(part))) throw new Problem('archive.unknown', path);
      await folderStore(folder).put(path, read(name, index, entry, signal), signal);
      return path;
    },
    close: () => {
      opened?.then(
        one => one.close(),
        () => {},
      );
      agent?.then(
        one => one.close(),
        () => {},
      );
    },
  };
}

/** Throws `archive.unknown`. */
export function entryOf(name: string, {entries}: ArchiveIndex, path: string): IndexEntry {
  const found = entries.find(entry => entry.path === path);
  if (found === undefined) throw new Problem('archive.unknown', `${path} in ${name}`);
  return found;
}

function noAgent(): never {
  throw new Error('only a folder of the host needs its agent');
}

/** A name that this program gives; another may be a path to anywhere. */
function known(name: string): string {
  if (readName(name) === undefined) throw new Problem('archive.unknown', name);
  return name;
}

async function listed(store: Store, prefix: string, signal?: AbortSignal): Promise<readonly ArchiveRow[]> {
  const archives = new Map<string, number>();
  const indexes = new Set<string>();
  for await (const files of store.list(prefix, signal)) {
    for (const {name, bytes} of files) {
      if (name.endsWith(indexEnd)) indexes.add(name.slice(0, -indexEnd.length));
      else if (name.endsWith(archiveEnd)) archives.set(name.slice(0, -archiveEnd.length), bytes);
    }
  }
  const rows = [...archives].flatMap(([name, bytes]): readonly ArchiveRow[] => {
    const told = readName(name);
    return told === undefined || !indexes.has(name) ? [] : [{name, ...told, bytes}];
  });
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function* contentOf(
  store: () => Promise<Store>,
  name: string,
  index: ArchiveIndex,
  entry: IndexEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const {range, skip} = placeOf(index, entry);
  const damaged = () => new Problem('archive.damaged', `${entry.path} in ${name}`);
  const source = await store();
  const packed = Readable.from(source.read(`${known(name)}${archiveEnd}`, range, signal));
  // A failure anywhere is that of the last one, which is read here.
  const plain = pipeline(packed, createGunzip(), () => {});
  const hash = createHash('sha256');
  let before = skip;
  let left = entry.size;
  try {
    if (left > 0) {
      for await (const part of plain as AsyncIterable<Buffer>) {
        const from = Math.min(before, part.length);
        const wanted = part.subarray(from, from + left);
        before -= from;
        left -= wanted.length;
        hash.update(wanted);
        if (wanted.length > 0) yield wanted;
        if (left === 0) break;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof Problem ? error : damaged();
  } finally {
    packed.destroy();
  }
  if (left > 0 || hash.digest('hex') !== entry.sha256) throw damaged();
}

const longestLine = 1024 * 1024;

/** The lines of an archived log; of one that was compressed when it was archived, those that it unpacks to. */
export async function* archivedText(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const source = content[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done) return;
  const whole = Readable.from(
    (async function* () {
      yield first.value;
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    })(),
  );
  const isPacked = first.value[0] === 0x1f && first.value[1] === 0x8b;
  const split = splitLines(longestLine);
  const lines = isPacked ? pipeline(whole, createGunzip(), split, () => {}) : pipeline(whole, split, () => {});
  try {
    for await (const {text} of lines as AsyncIterable<Line>) yield text;
  } catch (error) {
    if (!isPacked || !(error instanceof Error) || !('code' in error) || !/^Z_/.test(String(error.code))) throw error;
    yield 'windsock: what follows is in the archive as it was, and cannot be unpacked.';
  }
}
