import {createHash} from 'node:crypto';
import type {Agent} from '../../host/agent.ts';
import type {Deleted, PlannedFile, PlannedGroup} from '../../host/agent-deletion.ts';
import type {Packed} from '../../host/agent-pack.ts';
import {Problem} from '../../problems/problem.ts';
import type {Digest, Store} from '../../store/store.ts';
import {Batches} from '../batches.ts';
import {Tally} from '../clean-result.ts';
import {type Deletion, deleteAll, type Walk, type Watcher, type Work, walkOf} from '../clean-steps.ts';
import {quietMs} from '../selection.ts';
import {type IndexEntry, writeIndex} from './index-file.ts';
import {archiveEnd, archiveName, indexEnd} from './name.ts';
import {foldersOf, type Parcel, parcelsOf} from './parcels.ts';
import {sendParcel} from './send.ts';
import {archivedWords, archiveText, archivingWords, type Stock} from './words.ts';

/** Where archives are put. */
export type ArchiveTarget = {
  readonly where: string;
  readonly open: (agent: Agent) => Store;
  /** Of the host itself, which writes there by itself. */
  readonly folder: string | undefined;
};

/** So many archives are made at once: while one is read back the host packs another. */
const atOnce = 3;

/** Packs, reads back and deletes, DAG by DAG and day by day; then the folders that are empty; and measures what that brought. */
export function archiveSteps(deletion: Deletion, target: ArchiveTarget): Walk {
  const {plan, file, now} = deletion;
  const tally = new Tally();
  const stock: Stock = {archives: 0, files: 0, bytes: 0};
  return walkOf(deletion, tally, {
    text: archiveText(plan, target.where),
    said: () => archivedWords(plan, tally, stock),
    into: target.where,
    run: async (work, {signal, say}) => {
      const store = target.open(work.agent);
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const onTheWay = new Map<Parcel, number>();
      const tell = () => {
        const sum = [...onTheWay.values()].reduce((all, one) => all + one, 0);
        say(archivingWords(plan, stock, sum, now() - work.startedMs));
      };
      const archiving = new Archiving(deletion, target, store, work, tally, stock);
      try {
        await inTurns(parcelsOf(file, deletion.layout), stop, async parcel => {
          const onSent = (bytes: number) => {
            onTheWay.set(parcel, bytes);
            tell();
          };
          try {
            await archiving.archive(parcel, either, onSent);
          } finally {
            onTheWay.delete(parcel);
            tell();
          }
        });
        const folders = new Batches({read: () => foldersOf(file)});
        if (!signal.aborted) await deleteAll(folders, work.locked, signal, work.watcher);
      } catch (error) {
        // That it was cancelled is told with what was done until then.
        if (!signal.aborted) throw error;
      } finally {
        store.close();
      }
    },
  });
}

/** Several at once; the first that fails stops all, and is thrown when they have ended. */
async function inTurns<T>(source: AsyncGenerator<T>, stop: AbortController, work: (one: T) => Promise<void>) {
  let first: {readonly error: unknown} | undefined;
  let reading: Promise<unknown> = Promise.resolve();
  const take = (): Promise<IteratorResult<T>> => {
    const next = reading.then(() => source.next());
    reading = next.catch(() => {});
    return next;
  };
  const worker = async () => {
    try {
      for (let next = await take(); !next.done && !stop.signal.aborted; next = await take()) await work(next.value);
    } catch (error) {
      first ??= {error};
      stop.abort();
    }
  };
  await Promise.all(Array.from({length: atOnce}, worker));
  await source.return(undefined);
  if (first !== undefined) throw first.error;
}

/** Makes one archive at each call; several are under way at once. */
class Archiving {
  readonly #parts = new Map<string, number>();
  readonly #deletion: Deletion;
  readonly #target: ArchiveTarget;
  readonly #store: Store;
  readonly #work: Work;
  readonly #tally: Tally;
  readonly #stock: Stock;

  constructor(deletion: Deletion, target: ArchiveTarget, store: Store, work: Work, tally: Tally, stock: Stock) {
    this.#deletion = deletion;
    this.#target = target;
    this.#store = store;
    this.#work = work;
    this.#tally = tally;
    this.#stock = stock;
  }

  /** The originals go when the copy and its index were read back. */
  async archive(parcel: Parcel, signal: AbortSignal, onSent: (bytes: number) => void): Promise<void> {
    signal.throwIfAborted();
    const {locked, result} = this.#work;
    const name = this.#nameOf(parcel);
    const {copied, left} = await this.#copy(parcel, name, signal, onSent);
    this.#tally.add(left.map(([, letter]) => letter).join(''), 0);
    const {groups, files, bytes} = copied ?? {groups: [], files: 0, bytes: 0};
    result.write({archived: copied === undefined ? null : name, files, bytes, ...(left.length > 0 ? {left} : {})});
    if (copied === undefined) return;
    this.#stock.archives += 1;
    this.#stock.files += files;
    this.#stock.bytes += bytes;
    const batches = new Batches({
      read: async function* () {
        yield* groups;
      },
    });
    await deleteAll(batches, locked, signal, this.#watcher(), {apart: false});
  }

  #nameOf(parcel: Parcel): string {
    const {host, id} = this.#deletion;
    const first = archiveName(host.name, parcel, id, 1);
    const part = (this.#parts.get(first) ?? 0) + 1;
    this.#parts.set(first, part);
    return archiveName(host.name, parcel, id, part);
  }

  /** What was not verified is taken away again. */
  async #copy(parcel: Parcel, name: string, signal: AbortSignal, onSent: (bytes: number) => void) {
    const store = this.#store;
    const into = this.#target.folder;
    const options = {quietMs, ...(into === undefined ? {} : {into: {folder: into, name: `${name}${archiveEnd}`}})};
    let isGood = false;
    try {
      const sent = await sendParcel(
        this.#work.locked,
        parcel.groups,
        options,
        store,
        `${name}${archiveEnd}`,
        signal,
        onSent,
      );
      const {kept, left} = sent;
      if (kept.entries.length === 0) return {copied: undefined, left};
      const index = this.#index(parcel, sent.packed, kept.entries);
      await store.put(`${name}${indexEnd}`, once(index), signal);
      await this.#verify(`${name}${archiveEnd}`, sent.packed, signal);
      await this.#verify(`${name}${indexEnd}`, digestOf(index), signal);
      isGood = true;
      const copied = {groups: kept.groups, files: kept.entries.length, bytes: sent.packed.bytes + index.length};
      return {copied, left};
    } finally {
      if (!isGood) {
        for (const end of [indexEnd, archiveEnd]) await store.remove(`${name}${end}`).catch(() => {});
      }
    }
  }

  #index({dagId, class: is, day}: Parcel, packed: Packed, entries: readonly IndexEntry[]): Buffer {
    const {host, root, now} = this.#deletion;
    const {bytes, sha256, plainBytes, members} = packed;
    const head = {
      windsock: 'archive of logs',
      version: 1,
      host: host.name,
      root,
      ...(dagId === undefined ? {} : {dagId}),
      class: is,
      day,
      madeAt: new Date(now()).toISOString(),
      files: entries.length,
      ...{bytes, sha256, plainBytes, members},
    } as const;
    return writeIndex({head, entries});
  }

  async #verify(name: string, sent: Digest, signal: AbortSignal): Promise<void> {
    const found = await this.#store.digest(name, signal);
    if (found.bytes === sent.bytes && found.sha256 === sent.sha256) return;
    const how = found.bytes === sent.bytes ? 'its hash is another' : `${found.bytes} bytes in place of ${sent.bytes}`;
    throw new Problem('archive.differs', `${this.#store.where}/${name}: ${how}`);
  }

  /** Notes by name what stays though it is in the archive. */
  #watcher(): Watcher {
    const {watcher, result} = this.#work;
    return {
      onSending: watcher.onSending,
      onAnswer: (answer, groups) => {
        watcher.onAnswer(answer, groups);
        const stayed = pathsOf(groups, answer).filter(([, letter]) => letter !== 'd' && letter !== '.');
        if (stayed.length > 0) result.write({stayed});
      },
    };
  }
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

const digestOf = (content: Uint8Array): Digest => ({
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});

const pathsOf = (groups: readonly PlannedGroup[], {outcomes}: Deleted): (readonly [string, string])[] => {
  const paths = groups.flatMap(([names, files]) => files.map(([file]: PlannedFile) => [...names, file].join('/')));
  return paths.map((path, at) => [path, outcomes[at] ?? '.'] as const);
};
