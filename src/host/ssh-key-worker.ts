import {parentPort, workerData} from 'node:worker_threads';
import ssh2 from 'ssh2';

/** What the worker is given. */
export type LockedKey = {readonly content: Uint8Array; readonly passphrase: string};

// A thread of its own: from a passphrase to its key takes seconds of arithmetic, and the screen must go on.
const {content, passphrase} = workerData as LockedKey;
parentPort?.postMessage(unlocked(Buffer.from(content)));

/** The private key as PEM without a passphrase; undefined when the passphrase is wrong or the key is none. */
function unlocked(bytes: Buffer): string | undefined {
  try {
    const parsed = ssh2.utils.parseKey(bytes, passphrase);
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    return key === undefined || key instanceof Error ? undefined : key.getPrivatePEM();
  } catch {
    // ssh2 throws on what a wrong passphrase makes of the bytes, in many ways.
    return undefined;
  }
}
