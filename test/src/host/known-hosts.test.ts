import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {mkdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import fc from 'fast-check';
import {beforeAll, describe, expect, test} from 'vitest';
import {
  addKnownHost,
  entriesFor,
  fingerprint,
  hashed,
  hostKeyAlgorithms,
  judgeHostKey,
  keyTypeOf,
  knownHostName,
  parseKnownHosts,
  readKnownHosts,
} from '../../../src/host/known-hosts.ts';
import {newFolder} from './folder.ts';
import {newKey, publicKeyOf} from './ssh-server.ts';

const keys: Record<'ed25519' | 'ed25519b' | 'rsa' | 'ecdsa', Buffer> = {} as never;
beforeAll(() => {
  keys.ed25519 = publicKeyOf(newKey('ed25519'));
  keys.ed25519b = publicKeyOf(newKey('ed25519'));
  keys.rsa = publicKeyOf(newKey('rsa'));
  keys.ecdsa = publicKeyOf(newKey('ecdsa'));
});

const written = (key: Buffer): string => `${keyTypeOf(key)} ${key.toString('base64')}`;
const verdict = (text: string, key: Buffer, host = 'af-1', port = 22) =>
  judgeHostKey(parseKnownHosts(text, 'known_hosts'), host, port, key).is;

describe('the verdict on a host key', () => {
  test('is ok for a key that is there, under any of its names', () => {
    const line = `af-1,AF-2,*.example.com,!bad.example.com,[af-3]:2222 ${written(keys.ed25519)} comment`;
    expect(verdict(line, keys.ed25519)).toBe('ok');
    expect(verdict(line, keys.ed25519, 'Af-2')).toBe('ok');
    expect(verdict(line, keys.ed25519, 'db.example.com')).toBe('ok');
    expect(verdict(line, keys.ed25519, 'af-3', 2222)).toBe('ok');
    expect(verdict(line, keys.ed25519, 'bad.example.com')).toBe('unknown');
    expect(verdict(line, keys.ed25519, 'af-3')).toBe('unknown');
  });

  test('knows hashed names', () => {
    const line = `${hashed('[af-1]:2222', Buffer.alloc(20, 7))} ${written(keys.rsa)}`;
    expect(verdict(line, keys.rsa, 'af-1', 2222)).toBe('ok');
    expect(verdict(line, keys.rsa, 'af-1')).toBe('unknown');
  });

  test('tells a changed key from one of another type', () => {
    const text = `# mine\n\naf-1 ${written(keys.rsa)}\naf-1 ${written(keys.ed25519)}\n`;
    expect(verdict(text, keys.ed25519)).toBe('ok');
    expect(verdict(text, keys.ed25519b)).toBe('changed');
    expect(verdict(text, keys.ecdsa)).toBe('new-type');
    expect(judgeHostKey(parseKnownHosts(text, 'f'), 'af-1', 22, keys.ed25519b).because).toMatchObject([
      {file: 'f', line: 4},
    ]);
  });

  test('lets a revocation win, and ignores certificate authorities and other markers', () => {
    expect(verdict(`af-1 ${written(keys.rsa)}\n@revoked * ${written(keys.rsa)}`, keys.rsa)).toBe('revoked');
    expect(verdict(`@revoked * ${written(keys.rsa)}`, keys.ed25519)).toBe('unknown');
    expect(verdict(`@cert-authority * ${written(keys.rsa)}`, keys.rsa)).toBe('unknown');
    expect(verdict(`@other af-1 ${written(keys.rsa)}`, keys.rsa)).toBe('unknown');
  });

  test('takes an entry without a port for any port, when it has just this key', () => {
    expect(verdict(`af-1 ${written(keys.rsa)}`, keys.rsa, 'af-1', 2222)).toBe('ok');
    expect(verdict(`af-1 ${written(keys.ed25519)}`, keys.ed25519b, 'af-1', 2222)).toBe('unknown');
  });

  test('passes over lines that are none', () => {
    const wrongType = `af-1 ssh-rsa ${keys.ed25519.toString('base64')}`;
    for (const line of [
      wrongType,
      'af-1',
      'af-1 ssh-rsa',
      'af-1 ssh-rsa AAAA',
      'af-1 1024 35 1234567',
      '@revoked',
      'af-1 ssh-rsa !!!!',
    ]) {
      expect(parseKnownHosts(`${line}\n`, '')).toEqual([]);
    }
    expect(parseKnownHosts(`\t af-1\t${written(keys.rsa)}\r\n`, '')).toMatchObject([{names: 'af-1', line: 1}]);
  });
});

test('the algorithms of known keys are asked for first', () => {
  const entries = parseKnownHosts(`af-1 ${written(keys.rsa)}\n@revoked af-1 ${written(keys.ecdsa)}`, '');
  expect(hostKeyAlgorithms(entries, 'af-1', 22).slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
  expect(hostKeyAlgorithms(entries, 'af-1', 2222).slice(0, 1)).toEqual(['rsa-sha2-512']);
  expect(hostKeyAlgorithms(entries, 'af-2', 22)[0]).toBe('ssh-ed25519');
  expect(new Set(hostKeyAlgorithms(entries, 'af-1', 22)).size).toBe(6);
});

test('a fingerprint is that of ssh-keygen', async () => {
  const file = join(await newFolder(), 'key.pub');
  for (const key of Object.values(keys)) {
    await writeFile(file, `${written(key)}\n`);
    const {stdout} = spawnSync('ssh-keygen', ['-l', '-f', file], {encoding: 'utf8'});
    expect(stdout.split(' ')[1]).toBe(fingerprint(key));
  }
});

describe('a line that is added', () => {
  test('makes the file and its folder for the owner only', async () => {
    const folder = join(await newFolder(), '.ssh');
    const file = join(folder, 'known_hosts');
    await addKnownHost(file, 'AF-1', 22, keys.ed25519);
    await addKnownHost(file, '::1', 2222, keys.rsa);
    expect(await readFile(file, 'utf8')).toBe(`af-1 ${written(keys.ed25519)}\n[::1]:2222 ${written(keys.rsa)}\n`);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('does not run into a last line without an end', async () => {
    const file = join(await newFolder(), 'known_hosts');
    await writeFile(file, `af-0 ${written(keys.rsa)}`);
    await addKnownHost(file, 'af-1', 22, keys.ed25519);
    expect(await readFile(file, 'utf8')).toBe(`af-0 ${written(keys.rsa)}\naf-1 ${written(keys.ed25519)}\n`);
  });

  test('is hashed where the file is', async () => {
    const file = join(await newFolder(), 'known_hosts');
    await writeFile(file, `${hashed('af-0', Buffer.alloc(20))} ${written(keys.rsa)}\n`);
    await addKnownHost(file, 'af-1', 2222, keys.ed25519);
    expect(await readFile(file, 'utf8')).not.toContain('af-1');
    expect(judgeHostKey(await readKnownHosts([file]), 'af-1', 2222, keys.ed25519).is).toBe('ok');
    const {stdout} = spawnSync('ssh-keygen', ['-F', '[af-1]:2222', '-f', file], {encoding: 'utf8'});
    expect(stdout).toContain('found: line 2');
  });
});

test('several files are read in their order; one that is missing has no entries, one that cannot be read is a problem', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'b'), `af-1 ${written(keys.rsa)}`);
  const entries = await readKnownHosts([join(folder, 'a'), join(folder, 'b')]);
  expect(entries).toMatchObject([{file: join(folder, 'b'), line: 1}]);
  await mkdir(join(folder, 'c'));
  await expect(readKnownHosts([join(folder, 'c')])).rejects.toMatchObject({code: 'host.key-unknown'});
});

test('names are found where ssh-keygen -F finds them', async () => {
  const file = join(await newFolder(), 'known_hosts');
  const names = [
    'host1',
    'db.example.com',
    '[host1]:2222',
    '[127.0.0.1]:2322',
    '127.0.0.1',
    '10.0.0.5',
    '::1',
    '[::1]:2222',
  ];
  const patterns = [
    ...names,
    '*.example.com',
    '!db.example.com',
    'host?',
    '*',
    '[*]:2222',
    '10.0.0.*',
    'HOST1',
    '!host1',
    '*1*',
    '',
    'web.*',
  ];
  const looked = [
    'host1',
    'db.example.com',
    'web.example.com',
    '[host1]:2222',
    '127.0.0.1',
    '10.0.0.5',
    '::1',
    '[::1]:2222',
    'nohost',
  ];
  const key = fc.constantFrom('ed25519', 'rsa', 'ecdsa', 'ed25519b').map(name => keys[name as keyof typeof keys]);
  const salt = fc.uint8Array({minLength: 20, maxLength: 20});
  const tail = fc.constantFrom('', ' a comment', '\tc', ' ');
  const gap = fc.constantFrom(' ', '  ', '\t');
  const list = fc.array(fc.constantFrom(...patterns), {minLength: 1, maxLength: 3}).map(some => some.join(','));
  const hostLine = fc
    .tuple(
      fc.constantFrom('', ' ', '\t'),
      fc.constantFrom('', '', '', '@revoked ', '@cert-authority ', '@bogus '),
      list,
      gap,
      key,
      tail,
    )
    .filter(([, marker, some]) => marker === '' || some !== '')
    .map(([start, marker, some, space, blob, end]) => `${start}${marker}${some}${space}${written(blob)}${end}`);
  const hashedLine = fc
    .tuple(fc.constantFrom(...names), salt, key)
    .map(([name, bytes, blob]) => `${hashed(name, Buffer.from(bytes))} ${written(blob)}`);
  const line = fc.oneof(
    {weight: 5, arbitrary: hostLine},
    {weight: 2, arbitrary: hashedLine},
    {weight: 1, arbitrary: fc.constantFrom('# comment', '', '   ', '\t# x')},
  );
  const text = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\n', '\r\n')), {minLength: 1, maxLength: 8})
    .map(lines => lines.flat().join(''));
  let found = 0;
  fc.assert(
    fc.property(text, content => {
      writeFileSync(file, content);
      const entries = parseKnownHosts(content, file);
      for (const name of looked) {
        const {stdout, error} = spawnSync('ssh-keygen', ['-F', name, '-f', file], {encoding: 'utf8'});
        expect(error).toBeUndefined();
        const lines = [...stdout.matchAll(/found: line (\d+)/g)].map(match => Number(match[1]));
        expect({name, lines: entriesFor(entries, name).map(entry => entry.line)}).toEqual({name, lines});
        found += lines.length;
      }
    }),
    {numRuns: 60},
  );
  expect(found).toBeGreaterThan(100);
}, 60_000);

test('a name has its port where that is not 22', () => {
  expect([knownHostName('AF-1', 22), knownHostName('AF-1', 2222)]).toEqual(['af-1', '[af-1]:2222']);
  expect(createHash('sha256').update(keys.rsa).digest('base64')).toContain(fingerprint(keys.rsa).slice(7));
});
