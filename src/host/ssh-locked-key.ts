import {sign} from 'node:crypto';
import {Worker} from 'node:worker_threads';
import type {LockedKey} from './ssh-key-worker.ts';

// In the built program both lie flat in one folder.
const beside = new URL(
  import.meta.url.endsWith('.ts') ? './ssh-key-worker.ts' : './ssh-key-worker.js',
  import.meta.url,
);

/** Opens a private key by its passphrase, off the main thread. The key as PEM; undefined when the passphrase is wrong. */
export async function unlock(content: Buffer, passphrase: string): Promise<string | undefined> {
  const {promise, resolve, reject} = Promise.withResolvers<string | undefined>();
  // A copy of its own: the bytes of a small file lie in memory that others use.
  const data: LockedKey = {content: Uint8Array.from(content), passphrase};
  const worker = new Worker(beside, {workerData: data, stdout: true, stderr: true});
  worker
    .once('message', resolve)
    .once('error', reject)
    .once('exit', () => resolve(undefined));
  return promise;
}

/** Signs as a key of the type `type` must; `hash` is what ssh2 chose for an RSA key. */
export function signWith(pem: string, type: string, data: Buffer, hash: string | undefined): Buffer {
  return sign(type === 'ssh-ed25519' ? null : (hash ?? hashOf[type] ?? 'sha1'), data, pem);
}

const hashOf: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};
