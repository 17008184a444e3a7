import {expect, test} from 'vitest';
import type {Agent} from '../../../src/host/agent.ts';
import type {ListEvent, ListRow} from '../../../src/host/agent-deletion.ts';
import {bytesOf, type Journals, journalRuleOf, readJournals, vacuumed} from '../../../src/logs/journal-files.ts';
import {Problem} from '../../../src/problems/problem.ts';

const nowMs = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;
const machine = 'facfb30c63d34700a0728fff9edc6adb';
const hex = (ms: number) => (BigInt(ms) * 1000n).toString(16).padStart(16, '0');
const archived = (ageDays: number) => `system@${machine}-0000000000000001-${hex(nowMs - ageDays * dayMs)}.journal`;

const file = (name: string, bytes: number, ageDays = 0): ListRow => {
  const ns = `${nowMs - ageDays * dayMs}000000`;
  return ['f', name, '7', bytes, bytes, ns, ns, 1, 0];
};

/** Of /var/log/journal; /run/log/journal is not there. */
const agentOf = (...rows: readonly ListRow[]): Agent => {
  async function* list(root: string): AsyncGenerator<ListEvent> {
    if (root !== '/var/log/journal') throw new Problem('host.file-missing', root);
    yield {kind: 'begin', device: '1', inode: '2', nowMs, hiddenProcesses: 0};
    yield {kind: 'rows', rows: [['d', machine], ...rows, ['u', '3', 0, 0, 0, 0]]};
    yield {kind: 'end', unreadable: 0, unreadablePaths: []};
  }
  return {list} as unknown as Agent;
};

const read = (...rows: readonly ListRow[]): Promise<Journals> =>
  readJournals(agentOf(...rows), new AbortController().signal);

test('a journal that is being written is told from archived ones, and from what was not closed well', async () => {
  const broken = `user-1000@${hex(nowMs - 3 * dayMs)}-00066110469a6572.journal~`;
  const found = await read(
    file('system.journal', 8_000),
    file(archived(2), 100),
    file(broken, 200),
    file('notes.txt', 1),
    file('system@something.journal', 50),
  );
  expect(found.active.map(({path}) => path)).toEqual(
    ['system.journal', 'system@something.journal'].map(name => `/var/log/journal/${machine}/${name}`),
  );
  expect(found.archived.map(({headMs, bytes}) => [headMs, bytes])).toEqual([
    [nowMs - 2 * dayMs, 100],
    [nowMs - 3 * dayMs, 200],
  ]);
});

test('by age goes what began earlier; a file that is older than its name says is as old as the file', async () => {
  const found = await read(file(archived(40), 1), file(archived(20), 2), file(archived(10), 4, 35));
  expect(bytesOf(vacuumed(found, {olderThanMs: 30 * dayMs}))).toBe(5);
});

test('down to a size the oldest go first, with what is being written counted, and that stays', async () => {
  const found = await read(file('system.journal', 100), ...[1, 2, 3].map(age => file(archived(age), 10)));
  expect(vacuumed(found, {downToBytes: 115}).map(({headMs}) => headMs)).toEqual([nowMs - 3 * dayMs, nowMs - 2 * dayMs]);
  expect(vacuumed(found, {downToBytes: 130})).toEqual([]);
  expect(vacuumed(found, {downToBytes: 1})).toHaveLength(3);
});

test('a host without a journal has none', async () => {
  const agent = {
    // biome-ignore lint/correctness/useYield: it fails before its first answer
    list: async function* () {
      throw new Problem('host.file-missing');
    },
  };
  const found = await readJournals(agent as unknown as Agent, new AbortController().signal);
  expect(found).toMatchObject({archived: [], active: []});
});

test('a rule for files that a journal does not know is refused', () => {
  expect(journalRuleOf({olderThanMs: dayMs, downTo: {bytes: 5}})).toEqual({olderThanMs: dayMs, downToBytes: 5});
  expect(() => journalRuleOf({downTo: {fraction: 0.7}})).toThrow(expect.objectContaining({code: 'logs.journal-rule'}));
  expect(() => journalRuleOf({olderThanMs: dayMs, keepRunsPerDag: 1})).toThrow(
    expect.objectContaining({code: 'logs.journal-rule'}),
  );
  expect(() => journalRuleOf({})).toThrow(expect.objectContaining({code: 'logs.nothing-chosen'}));
});
