import {createHash, createHmac, randomBytes, timingSafeEqual} from 'node:crypto';
import {appendFile, mkdir, readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {Problem} from '../problems/problem.ts';

/** A line of a known_hosts file that holds a usable key. */
export type KnownHost = {
  readonly file: string;
  readonly line: number;
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** Patterns, comma-separated, or one hashed name. */
  readonly names: string;
  readonly keyType: string;
  readonly key: Buffer;
};

/** What known_hosts says about a key that a host shows. */
export type Verdict = {
  readonly is: 'ok' | 'unknown' | 'new-type' | 'changed' | 'revoked';
  /** The lines that decided: the revoked key, other keys of the same type, or keys of other types. */
  readonly because: readonly KnownHost[];
};

const keyTypes = new Set([
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  'ssh-dss',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]);
const markers: ReadonlyMap<string, KnownHost['marker']> = new Map([
  ['@revoked', 'revoked'],
  ['@cert-authority', 'cert-authority'],
]);

/** Reads the text of a known_hosts file as ssh does: what is no entry is passed over. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((raw, index) => {
    const words = raw
      .replace(/\r$/, '')
      .split(/[ \t]+/)
      .filter((word, place) => word !== '' || place > 0);
    if (words[0]?.startsWith('#')) return [];
    const marker = words[0]?.startsWith('@') ? markers.get(words.shift() ?? '') : 'none';
    const [names, keyType, base64] = words;
    if (!marker || !names || !keyType || !base64 || !keyTypes.has(keyType)) return [];
    const key = Buffer.from(base64, 'base64');
    return keyTypeOf(key) === keyType ? [{file, line: index + 1, marker, names, keyType, key}] : [];
  });
}

/** The type that a public key in SSH's wire format names itself; empty when it is none. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return key.length > 4 + length ? key.toString('latin1', 4, 4 + length) : '';
}

/** SHA256:… as `ssh-keygen -l` prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** The name under which known_hosts has a host: with its port where that is not 22. */
export const knownHostName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

/** The entries whose names match `name` (see `knownHostName`). */
export const entriesFor = (entries: readonly KnownHost[], name: string): KnownHost[] =>
  entries.filter(entry => matches(entry.names, name));

function matches(names: string, name: string): boolean {
  if (names.startsWith('|1|')) return matchesHash(names, name);
  let found = false;
  for (const word of names.toLowerCase().split(',')) {
    const isNot = word.startsWith('!');
    const pattern = isNot ? word.slice(1) : word;
    if (pattern === '' || !matchesPattern(pattern, name)) continue;
    if (isNot) return false;
    found = true;
  }
  return found;
}

function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}/-]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}

function matchesHash(names: string, name: string): boolean {
  const [, , salt64, hash64, more] = names.split('|');
  if (!salt64 || !hash64 || more !== undefined) return false;
  const salt = Buffer.from(salt64, 'base64');
  const hash = Buffer.from(hash64, 'base64');
  return salt.length === 20 && hash.length === 20 && timingSafeEqual(hmac(salt, name), hash);
}

const hmac = (salt: Buffer, name: string): Buffer => createHmac('sha1', salt).update(name).digest();

/** Judges the key that a host shows. Certificate authorities are ignored: ssh2 knows no host certificates. */
export function judgeHostKey(entries: readonly KnownHost[], host: string, port: number, key: Buffer): Verdict {
  const verdict = judge(entriesFor(entries, knownHostName(host, port)), key);
  if (verdict.is !== 'unknown' || port === 22) return verdict;
  // As ssh: an entry without a port holds for all ports, when it has just this key.
  const portless = judge(entriesFor(entries, knownHostName(host, 22)), key);
  return portless.is === 'ok' || portless.is === 'revoked' ? portless : verdict;
}

function judge(entries: readonly KnownHost[], key: Buffer): Verdict {
  const same = (entry: KnownHost) => entry.key.equals(key);
  const revoked = entries.filter(entry => entry.marker === 'revoked' && same(entry));
  if (revoked.length > 0) return {is: 'revoked', because: revoked};
  const plain = entries.filter(entry => entry.marker === 'none');
  const known = plain.filter(same);
  if (known.length > 0) return {is: 'ok', because: known};
  const sameType = plain.filter(entry => entry.keyType === keyTypeOf(key));
  if (sameType.length > 0) return {is: 'changed', because: sameType};
  return {is: plain.length > 0 ? 'new-type' : 'unknown', because: plain};
}

const algorithms = [
  ['ssh-ed25519', 'ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384'],
  ['ecdsa-sha2-nistp521', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'ssh-rsa'],
  ['rsa-sha2-256', 'ssh-rsa'],
] as const;

export type HostKeyAlgorithm = (typeof algorithms)[number][0];

/** What to ask of the host, those first whose keys are known: otherwise it shows a key of another type, and looks unknown. */
export function hostKeyAlgorithms(entries: readonly KnownHost[], host: string, port: number): HostKeyAlgorithm[] {
  const names = [knownHostName(host, port), knownHostName(host, 22)];
  const known = names.map(name => entriesFor(entries, name).filter(entry => entry.marker === 'none'));
  const types = new Set((known.find(found => found.length > 0) ?? []).map(entry => entry.keyType));
  const isKnown = ([, type]: (typeof algorithms)[number]) => types.has(type);
  const rest = algorithms.filter(algorithm => !isKnown(algorithm));
  return [...algorithms.filter(isKnown), ...rest].map(([algorithm]) => algorithm);
}

/** The entries of several files in their order; a file that is missing has none. Throws `host.key-unknown` for one that may not be read. */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHost[]> {
  const entries: KnownHost[] = [];
  for (const file of files) entries.push(...parseKnownHosts(await textOf(file), file));
  return entries;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const {code = ''} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new Problem('host.key-unknown', `${file} cannot be read (${code})`);
  }
}

/**
 * Adds a line as ssh does. Without `hash`, the name is hashed where the file has hashed names. Makes the file and its
 * folder for the owner only.
 */
export async function addKnownHost(
  file: string,
  host: string,
  port: number,
  key: Buffer,
  hash?: boolean,
): Promise<void> {
  await mkdir(dirname(file), {recursive: true, mode: 0o700});
  const text = await textOf(file);
  const name = knownHostName(host, port);
  const shown = (hash ?? /^\s*\|1\|/m.test(text)) ? hashed(name, randomBytes(20)) : name;
  const start = text === '' || text.endsWith('\n') ? '' : '\n';
  const line = `${shown} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
  await appendFile(file, start + line, {mode: 0o600, flush: true});
}

/** A name as `ssh-keygen -H` writes it. */
export const hashed = (name: string, salt: Buffer): string =>
  `|1|${salt.toString('base64')}|${hmac(salt, name).toString('base64')}`;
