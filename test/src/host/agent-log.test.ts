import {execFileSync} from 'node:child_process';
import {appendFile, copyFile, rename, symlink, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Agent, startAgent} from '../../../src/host/agent.ts';
import type {AgentLog, LogLines} from '../../../src/host/agent-log.ts';
import type {Host} from '../../../src/host/host.ts';
import {openLocalHost} from '../../../src/host/local.ts';
import {entryPattern, levelPattern, timePattern} from '../../../src/reader/patterns.ts';
import {newFolder} from './folder.ts';

let host: Host;
let agent: Agent;
beforeAll(async () => {
  host = openLocalHost({become: 'none'});
  agent = await startAgent(host);
});
afterAll(() => {
  agent.close();
  host.close();
});

const textOf = ({lines}: LogLines) => lines.map(([, , text]) => text);

/** Every line, by windows of this size, from either end. */
async function walk(log: AgentLog, back: boolean, count: number): Promise<LogLines['lines']> {
  let lines: LogLines['lines'] = [];
  for (let at: number | undefined; ; ) {
    const found = await log.lines({at, back, count});
    lines = back ? [...found.lines, ...lines] : [...lines, ...found.lines];
    at = back ? found.start : found.end;
    if (back ? found.isStart : found.isEnd) return lines;
  }
}

const second = (index: number) => new Date(Date.UTC(2026, 10, 22) + index * 1000).toISOString().replace('Z', '+0000');
const entry = (index: number, level = 'INFO') => `[${second(index)}] {job.py:12} ${level} - line ${index}\n`;

async function bigLog(): Promise<string> {
  const path = join(await newFolder(), 'big.log');
  const parts: string[] = [];
  for (let index = 0; index < 40_000; index++) {
    parts.push(entry(index, index % 10_000 === 5_000 ? 'ERROR' : 'INFO'));
    if (index % 10_000 === 5_000) parts.push('Traceback (most recent call last):\n  File "x", line 1\nValueError: x\n');
  }
  await writeFile(path, parts.join(''));
  return path;
}

test('a log is the same from its start and from its end, plain and compressed, in windows of any size', async () => {
  const folder = await newFolder();
  const piece = fc.oneof(
    fc.string({unit: 'binary', maxLength: 30}).map(text => Buffer.from(text)),
    fc.constant(Buffer.from('\n')),
    fc.constant(Buffer.from('\r\n')),
    fc.integer({min: 1, max: 3_000_000}).map(length => Buffer.alloc(length, 'x')),
    fc.constant(Buffer.from([0xff, 0x0a, 0x00, 0x1b])),
  );
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(piece, {maxLength: 12}), fc.integer({min: 1, max: 7}), async (pieces, count) => {
      const path = join(folder, `${++number}.log`);
      const content = Buffer.concat(pieces);
      await writeFile(path, content);
      execFileSync('gzip', ['-kf', path]);
      const log = await agent.openLog(path);
      const lines = await walk(log, false, count);
      expect(await walk(log, true, count)).toEqual(lines);
      // Without gaps, and whole.
      expect(lines.reduce((end, [at, bytes]) => (at === end ? end + bytes : Number.NaN), 0)).toBe(content.length);
      // 0x1f 0x8b at its start would make it a compressed one.
      const packed = await agent.openLog(`${path}.gz`);
      expect(packed.isPacked).toBe(true);
      expect(await walk(packed, true, count)).toEqual(lines);
      await Promise.all([log.close(), packed.close()]);
    }),
    {numRuns: 12},
  );
}, 60_000);

test('a line without end is given in parts, each cut with its whole length', async () => {
  const path = join(await newFolder(), 'long.log');
  await writeFile(path, `first\n${'x'.repeat(5_000_000)}\nlast`);
  const log = await agent.openLog(path);
  const lines = await walk(log, true, 10);
  expect(lines.at(0)).toEqual([0, 6, 'first', 5]);
  expect(lines.at(-1)).toEqual([5_000_007, 4, 'last', 4]);
  expect(Math.max(...lines.map(([, bytes]) => bytes))).toBeLessThan(2 * 1024 * 1024);
  expect(Math.max(...lines.map(([, , text]) => text.length))).toBe(65_536);
});

test('what is compressed by gzip or zstd is read where it is; damage is said', async () => {
  const path = await bigLog();
  execFileSync('gzip', ['-k', path]);
  const plain = await agent.openLog(path);
  const wanted = textOf(await plain.lines({at: undefined, back: true, count: 50}));
  const hasZstd = execFileSync('sh', ['-c', 'command -v zstd || true'], {encoding: 'utf8'}) !== '';
  if (hasZstd) execFileSync('zstd', ['-qk', path]);
  for (const packed of [`${path}.gz`, ...(hasZstd ? [`${path}.zst`] : [])]) {
    const log = await agent.openLog(packed);
    expect(textOf(await log.lines({at: undefined, back: true, count: 50}))).toEqual(wanted);
    expect(textOf(await log.lines({at: undefined, back: false, count: 1}))).toEqual([entry(0).trimEnd()]);
    expect(await log.offset(20_000)).toBe(await plain.offset(20_000));
  }
  await writeFile(`${path}.bad.gz`, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 0xff, 0xff, 0xff, 0xff]));
  const bad = agent.openLog(`${path}.bad.gz`);
  await expect(bad).rejects.toMatchObject({code: 'host.file-damaged'});
});

test('an entry that passes the filter brings its traceback, from either end and over windows', async () => {
  const log = await agent.openLog(await bigLog());
  const filter = {keep: levelPattern('error'), begin: timePattern};
  for (const back of [false, true]) {
    let texts: string[] = [];
    for (let at: number | undefined; ; ) {
      const found = await log.lines({at, back, count: 3, filter});
      texts = back ? [...textOf(found), ...texts] : [...texts, ...textOf(found)];
      at = back ? found.start : found.end;
      if (back ? found.isStart : found.isEnd) break;
    }
    expect(texts).toHaveLength(16);
    expect(texts.slice(4, 8)).toEqual([
      entry(15_000, 'ERROR').trimEnd(),
      'Traceback (most recent call last):',
      '  File "x", line 1',
      'ValueError: x',
    ]);
  }
});

const search = async (log: AgentLog, pattern: string, more: {at?: number; back?: boolean; isRegex?: boolean} = {}) => {
  const {at, back = false, isRegex = false} = more;
  for await (const {found, isOver} of log.search({at, back, pattern, isRegex, ignoreCase: false})) {
    if (isOver) return found;
  }
  throw new Error('the search has no end');
};

test('a text or a pattern is found on the host, in both directions', async () => {
  const log = await agent.openLog(await bigLog());
  const at = await search(log, 'line 31999');
  expect(textOf(await log.lines({at, back: false, count: 1}))).toEqual([entry(31_999).trimEnd()]);
  expect(await search(log, 'line 3199[89]$', {isRegex: true, back: true})).toBe(at);
  expect(await search(log, 'a.b*c')).toBeUndefined();
  expect(await search(log, levelPattern('error'), {isRegex: true, at: (at ?? 0) + 1})).toBeGreaterThan(at ?? 0);
});

test('a pattern that takes for ever is given up, and others are answered meanwhile', async () => {
  const path = join(await newFolder(), 'x.log');
  await writeFile(path, `${'a'.repeat(60)}\n`);
  const log = await agent.openLog(path);
  const refused = expect(search(log, '(a+)+$b', {isRegex: true})).rejects.toMatchObject({code: 'reader.slow-pattern'});
  expect(textOf(await log.lines({at: undefined, back: false, count: 1}))).toHaveLength(1);
  await refused;
  await expect(search(log, '(a', {isRegex: true})).rejects.toMatchObject({code: 'reader.bad-pattern'});
});

test('a time leads to its entry, a number to its line, and each line knows its number', async () => {
  const log = await agent.openLog(await bigLog());
  const at = await log.time(Date.UTC(2026, 10, 22, 5, 0, 0), timePattern);
  expect(textOf(await log.lines({at, back: false, count: 1}))).toEqual([entry(18_000).trimEnd()]);
  const place = await log.offset(18_006);
  expect(place).toBe(at);
  expect(await log.number(at)).toBe(18_006);
  const later = await log.time(Date.UTC(2030, 1, 1), timePattern);
  expect(await log.lines({at: later, back: false, count: 1})).toMatchObject({lines: [], isEnd: true});
});

test('entries are counted by level over time', async () => {
  const log = await agent.openLog(await bigLog());
  const all = [];
  for await (const levels of log.levels({entry: entryPattern, buckets: 4})) all.push(levels);
  expect(all.at(-1)).toMatchObject({isDone: true, isSampled: false, firstMs: Date.UTC(2026, 10, 22)});
  expect(all.at(-1)?.buckets).toEqual(Array.from({length: 4}, () => [10_000, 0, 1]));
});

/** Lines that come while it is watched, until one of them is `last`. */
async function watched(
  log: AgentLog,
  last: string,
  write: () => Promise<void>,
  from?: number,
): Promise<readonly string[]> {
  const stop = new AbortController();
  const lines: string[] = [];
  let at = from ?? (await log.lines({at: undefined, back: true, count: 1})).end;
  const writing = write();
  for await (const _ of log.watch(at, stop.signal)) {
    const found = await log.lines({at, back: false, count: 100});
    lines.push(...textOf(found));
    at = found.end;
    if (lines.includes(last)) break;
  }
  await writing;
  return lines;
}

test('a log that is renamed away and made anew goes on in the new file', async () => {
  const path = join(await newFolder(), 'x.log');
  await writeFile(path, 'one\n');
  const log = await agent.openLog(path);
  const lines = await watched(log, 'three', async () => {
    await appendFile(path, 'two\n');
    await rename(path, `${path}.1`);
    await writeFile(path, 'three\n');
  });
  expect(lines).toEqual(['two', 'three']);
  expect(textOf(await log.lines({at: undefined, back: true, count: 10}))).toEqual(['one', 'two', 'three']);
});

test('a log that is copied and emptied goes on, with what was copied before it', async () => {
  const path = join(await newFolder(), 'x.log');
  await writeFile(path, 'one is long\n');
  const log = await agent.openLog(path);
  const lines = await watched(log, 'two', async () => {
    await copyFile(path, `${path}.1`);
    await truncate(path);
    await appendFile(path, 'two\n');
  });
  expect(lines).toEqual(['two']);
  expect(textOf(await log.lines({at: undefined, back: true, count: 10}))).toEqual(['one is long', 'two']);
});

test('a log that is rotated again at once loses nothing that was read', async () => {
  const path = join(await newFolder(), 'x.log');
  await writeFile(path, 'one\n');
  const log = await agent.openLog(path);
  const lines = await watched(log, 'two is long', async () => {
    await rename(path, `${path}.1`);
    await writeFile(path, 'two is long\n');
  });
  expect(lines).toEqual(['two is long']);
  const {end} = await log.lines({at: undefined, back: true, count: 1});
  await copyFile(path, `${path}.1`);
  await truncate(path);
  expect(await watched(log, 'x', () => appendFile(path, 'x\n'), end)).toEqual(['x']);
});

test('a log that is emptied without a copy goes on; what was in it is gone', async () => {
  const path = join(await newFolder(), 'x.log');
  await writeFile(path, 'one is long\n');
  const log = await agent.openLog(path);
  const lines = await watched(log, 'two', async () => {
    await truncate(path);
    await appendFile(path, 'two\n');
  });
  expect(lines).toEqual(['two']);
  expect(await log.lines({at: undefined, back: true, count: 10})).toMatchObject({isStart: true, lines: [{2: 'two'}]});
});

test('what is no regular file is refused', async () => {
  const folder = await newFolder();
  await expect(agent.openLog(join(folder, 'none'))).rejects.toMatchObject({code: 'host.file-missing'});
  await expect(agent.openLog(folder)).rejects.toMatchObject({code: 'host.agent-failed'});
  await symlink('/dev/zero', join(folder, 'zero.log'));
  await expect(agent.openLog(join(folder, 'zero.log'))).rejects.toMatchObject({code: 'host.agent-failed'});
});
