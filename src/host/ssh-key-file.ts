import {readFile} from 'node:fs/promises';
import type {ParsedKey} from 'ssh2';
import {loadSsh2} from './ssh-library.ts';

/** A private key file. `publicKey` is its public part, where it is known (from the file, or from the .pub file beside it). */
export type KeyFile = {readonly path: string; readonly publicKey: ParsedKey | undefined} & (
  | {readonly is: 'usable'; readonly key: ParsedKey}
  | {readonly is: 'locked'; readonly content: Buffer}
  | {readonly is: 'missing' | 'unusable'; readonly reason: string}
);

/** The public part in SSH's wire format, base64: the same key has the same one wherever it is kept. */
export const keyId = (key: ParsedKey): string => key.getPublicSSH().toString('base64');

/** Reads a private key without its passphrase. What is wrong with it is part of the answer. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const content = await contentOrCode(path);
  const beside = () => publicBeside(path);
  if (typeof content === 'string') {
    const is = content === 'ENOENT' || content === 'ENOTDIR' ? 'missing' : 'unusable';
    const reason = is === 'missing' ? 'does not exist' : `cannot be read (${content})`;
    return {path, is, reason, publicKey: await beside()};
  }
  const key = await parse(content);
  if (key instanceof Error) {
    if (/encrypted/i.test(key.message)) {
      const publicKey = (await publicInside(content)) ?? (await beside());
      return {path, is: 'locked', content, publicKey};
    }
    return {path, is: 'unusable', reason: await unusable(content), publicKey: await beside()};
  }
  if (!key.isPrivateKey()) return {path, is: 'unusable', reason: 'is a public key', publicKey: undefined};
  return {path, is: 'usable', key, publicKey: key};
}

async function unusable(content: Buffer): Promise<string> {
  const type = publicBlobInside(content)?.toString('latin1', 4, 40) ?? '';
  return /^sk-/.test(type)
    ? 'is a security key (FIDO), which windsock cannot use'
    : 'is no private key that can be used';
}

/** The public key of the .pub file beside a private key. */
async function publicBeside(path: string): Promise<ParsedKey | undefined> {
  const content = await contentOrCode(`${path}.pub`);
  const key = typeof content === 'string' ? undefined : await parse(content);
  return key instanceof Error ? undefined : key;
}

/** OpenSSH's format has the public key in clear. */
async function publicInside(content: Buffer): Promise<ParsedKey | undefined> {
  const blob = publicBlobInside(content);
  if (blob === undefined) return undefined;
  const key = await parse(blob);
  return key instanceof Error ? undefined : key;
}

function publicBlobInside(content: Buffer): Buffer | undefined {
  const [, base64] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*)-----END OPENSSH PRIVATE KEY-----/.exec(content.toString('latin1')) ??
    [];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic) return undefined;
  let at = magic.length;
  const next = (): Buffer | undefined => {
    if (at + 4 > bytes.length) return undefined;
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    return at <= bytes.length ? bytes.subarray(start, at) : undefined;
  };
  // The cipher, the way from the passphrase to the key, and its options; then how many keys there are.
  if (next() === undefined || next() === undefined || next() === undefined) return undefined;
  at += 4;
  return next();
}

async function parse(content: Buffer): Promise<ParsedKey | Error> {
  const {utils} = await loadSsh2();
  try {
    const parsed = utils.parseKey(content);
    return Array.isArray(parsed) ? (parsed[0] ?? new Error('empty')) : parsed;
  } catch (error) {
    // ssh2 returns what it recognises as wrong and throws on what it did not expect: both are a file that is no use.
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function contentOrCode(path: string): Promise<Buffer | string> {
  try {
    return await readFile(path);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code;
  }
}
