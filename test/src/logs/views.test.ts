import {expect, test} from 'vitest';
import {toKept} from '../../../src/logs/kept-scan.ts';
import {ageBounds, type Usage, type UsageEntry} from '../../../src/logs/usage.ts';
import {className} from '../../../src/logs/usage-words.ts';
import {ageRows, classRows, dagRows} from '../../../src/logs/views.ts';

const amounts = (bytes: number, files = 1) => ({
  bytes,
  apparentBytes: bytes,
  files,
  folders: 0,
  emptyFolders: 0,
  errors: 0,
  oldestMs: 5,
  newestMs: 9,
  ages: ageBounds.map((_, place) => ({files: place === 0 ? files : 0, bytes: place === 0 ? bytes : 0})),
});

const root = '/var/log/airflow';
const task = (dagId: string, bytes: number): UsageEntry => ({
  root,
  class: 'task',
  dagId,
  places: [`dag_id=${dagId}`],
  ...amounts(bytes),
});
const entries: readonly UsageEntry[] = [
  task('etl', 100),
  task('gone', 30),
  {root, class: 'manager', places: ['dag_processor_manager'], ...amounts(50)},
  {root, class: 'dag-file', places: ['scheduler'], ...amounts(70)},
  {root, class: 'unknown', places: ['notes'], ...amounts(1)},
];
const found: Usage = {
  roots: [root],
  entries,
  ...amounts(251, 5),
  largest: [],
  newest: [],
  unreadable: [],
  empty: [],
  held: [
    {
      path: `${root}/dag_processor_manager/dag_processor_manager.log`,
      pid: 1,
      program: 'airflow',
      bytes: 50,
      apparentBytes: 50,
      isDeleted: false,
      isWritten: true,
    },
  ],
  journal: undefined,
  state: 'done',
  tookMs: 1,
};

const sizes = (rows: ReturnType<typeof classRows>) => rows.map(row => [className(row), row.bytes]);

test('classes are told by their words, the largest first', () => {
  expect(sizes(classRows(found, undefined))).toEqual([
    ['task logs', 130],
    ['scheduler, per DAG file', 70],
    ['dag_processor_manager', 50],
    ['not understood', 1],
  ]);
});

test('leftovers are told only where Airflow told all its DAGs, and are no task logs then', () => {
  const rows = classRows(found, new Set(['etl', 'new']));
  expect(sizes(rows).slice(0, 4)).toEqual([
    ['task logs', 100],
    ['scheduler, per DAG file', 70],
    ['dag_processor_manager', 50],
    ['leftovers', 30],
  ]);
  expect(dagRows(found, new Set(['etl'])).map(({dagId, isLeftover}) => [dagId, isLeftover])).toEqual([
    ['etl', false],
    ['gone', true],
  ]);
  expect(dagRows(found, undefined).some(row => row.isLeftover)).toBe(false);
});

test('the log that a process holds open is told, as are deleted files that still take space, and the journal', () => {
  const held = [
    ...found.held,
    {...found.held[0], path: `${root}/old.log`, isDeleted: true, bytes: 900},
  ] as Usage['held'];
  const rows = classRows({...found, held, journal: amounts(400, 3)}, undefined);
  expect(rows.find(row => row.class === 'manager')?.held).toBe(true);
  expect(rows.find(row => row.class === 'task')?.held).toBe(false);
  expect(sizes(rows).slice(0, 2)).toEqual([
    ['deleted, but still open', 900],
    ['journald', 400],
  ]);
});

test('what has grown since the scan before is told of classes and DAGs; what is new has grown by all that it is', () => {
  const before = toKept({...found, entries: [task('etl', 60), ...entries.slice(2)]}, 1);
  const rows = dagRows({...found, before}, undefined);
  expect(rows.map(({dagId, grewBytes}) => [dagId, grewBytes])).toEqual([
    ['etl', 40],
    ['gone', 30],
  ]);
  expect(classRows({...found, before}, undefined).map(row => row.grewBytes)).toEqual([70, 0, 0, 0]);
  expect(dagRows(found, undefined)[0]?.grewBytes).toBeUndefined();
});

test('every file has one age', () => {
  expect(ageRows(found).map(({fromDays, toDays, files}) => [fromDays, toDays, files])).toEqual([
    [365, undefined, 5],
    [180, 365, 0],
    [90, 180, 0],
    [30, 90, 0],
    [7, 30, 0],
    [1, 7, 0],
    [0, 1, 0],
  ]);
});
