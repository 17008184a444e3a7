import {readFile} from 'node:fs/promises';
import type {ParsedKey} from 'ssh2';
import {loadSsh2} from './ssh-library.ts';

/** A private key file. `publicKey` is base64, where it is known (from the key, or from the .pub file beside it). */
export type KeyFile = {readonly path: string; readonly publicKey: string | undefined} & (
  | {readonly is: 'usable'; readonly keyType: string; readonly key: ParsedKey}
  | {readonly is: 'missing' | 'unusable'; readonly reason: string}
);

/** Reads a private key without a passphrase. What is wrong with it is part of the answer. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const text = await textOrCode(path);
  if (typeof text === 'string') {
    const is = text === 'ENOENT' || text === 'ENOTDIR' ? 'missing' : 'unusable';
    const reason = is === 'missing' ? 'does not exist' : `cannot be read (${text})`;
    return {path, is, reason, publicKey: await publicPart(path)};
  }
  const key = await parse(text);
  if (key instanceof Error) {
    const reason = /encrypted/i.test(key.message)
      ? 'has a passphrase and is not in the ssh agent'
      : 'is no private key that can be used';
    return {path, is: 'unusable', reason, publicKey: await publicPart(path)};
  }
  if (!key.isPrivateKey()) return {path, is: 'unusable', reason: 'is a public key', publicKey: undefined};
  return {path, is: 'usable', keyType: key.type, key, publicKey: key.getPublicSSH().toString('base64')};
}

/** The public key of the .pub file beside a private key, base64. */
async function publicPart(path: string): Promise<string | undefined> {
  const text = await textOrCode(`${path}.pub`);
  return typeof text === 'string' ? undefined : text.toString('utf8').trim().split(/\s+/)[1];
}

async function parse(text: Buffer): Promise<ParsedKey | Error> {
  const {utils} = await loadSsh2();
  try {
    const parsed = utils.parseKey(text);
    return Array.isArray(parsed) ? (parsed[0] ?? new Error('empty')) : parsed;
  } catch (error) {
    // ssh2 returns what it recognises as wrong and throws on what it did not expect: both are a file that is no use.
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function textOrCode(path: string): Promise<Buffer | string> {
  try {
    return await readFile(path);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code;
  }
}
