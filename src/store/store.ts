import {createHash} from 'node:crypto';

/** A length and a SHA-256, by which two copies are the same. */
export type Digest = {readonly bytes: number; readonly sha256: string};

export type StoredFile = {readonly name: string; readonly bytes: number};

/** Bytes from `start` to before `end`. */
export type Range = {readonly start: number; readonly end: number};

/**
 * A place that copies are kept in. A name has slashes between its parts; it is ASCII, and no part is "." or "..". Throws `store.*`,
 * and of a folder of a host what its agent throws.
 */
export type Store = {
  /** "s3://bucket/prefix", "/folder", "host:/folder". */
  readonly where: string;
  /** Whether it can be used, and the room that it has, where that is known. Changes nothing. */
  look(signal?: AbortSignal): Promise<{readonly freeBytes?: number}>;
  /** Takes the content as fast as it can write it. Where it fails nothing is left of it. */
  put(name: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  read(name: string, range?: Range, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Read back from where it is. */
  digest(name: string, signal?: AbortSignal): Promise<Digest>;
  /** The files whose names begin with the prefix, some at a time. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly StoredFile[]>;
  /** Nothing where it is not there. */
  remove(name: string): Promise<void>;
  close(): void;
};

export async function digestOf(content: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of content) {
    hash.update(part);
    bytes += part.length;
  }
  return {bytes, sha256: hash.digest('hex')};
}
