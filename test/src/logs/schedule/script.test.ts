import {execFile} from 'node:child_process';
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import fc from 'fast-check';
import {afterAll, expect, test} from 'vitest';
import {withAgent} from '../../../../src/host/agent.ts';
import type {PlannedGroup} from '../../../../src/host/agent-deletion.ts';
import {openHost} from '../../../../src/host/open.ts';
import {type LogPlaces, layoutOf} from '../../../../src/logs/layout.ts';
import {takeListing} from '../../../../src/logs/listing.ts';
import {choose} from '../../../../src/logs/plan.ts';
import type {Rule} from '../../../../src/logs/rule.ts';
import {cleanUpScript} from '../../../../src/logs/schedule/script.ts';
import {PlanFolder} from '../../../../src/profile/plan-folder.ts';

const run = promisify(execFile);
const hourS = 3_600;
const never = () => new AbortController().signal;
const host = openHost({kind: 'local', name: 'af-1'}, {become: 'none'});
const folder = realpathSync(mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'windsock-schedule-')));
let trees = 0;

afterAll(() => {
  host.close();
  rmSync(folder, {recursive: true, force: true});
});

type Entry = {readonly path: readonly Buffer[]; readonly ageHours: number; readonly is: 'file' | 'folder' | 'link'};
type Tree = {readonly entries: readonly Entry[]; readonly folderAges: readonly number[]};

/** Ages on both sides of an hour and of the rule's day. */
const ages = fc.constantFrom(0, 0.9, 1.1, 5, 23.9, 24.1, 100, 9_000);
const days = fc.constantFrom('2026-01-01', '2025-12-31');
const times = fc.constantFrom('2026-01-01T00:00:00+00:00', '2025-12-31T00:00:00');
const names = fc.oneof(
  {weight: 4, arbitrary: fc.constantFrom('a', 'b', 'dag.one', 'run_id=x')},
  fc.constantFrom(
    '-rf',
    '$(touch x)',
    'a b',
    "it's",
    'new\nline',
    '*',
    '[a]',
    '.hidden',
    'ü',
    '\\',
    '"',
    '(a|b)+',
    'x.log',
    '1.log',
  ),
);
const text = (value: string) => Buffer.from(value);
/** No UTF-8. */
const bytes = fc.constantFrom(Buffer.from([0x61, 0xff]), Buffer.from([0xc3, 0x28]));
const name = fc.oneof({weight: 9, arbitrary: names.map(text)}, bytes);
const prefixed = (prefix: string) => name.map(each => Buffer.concat([text(prefix), each]));
const ends = fc.constantFrom('1.log', '2.log.gz', '1.log.trigger.5.log', '1.logs', 'x', '1.log.2');
const put = (...parts: readonly fc.Arbitrary<Buffer | string>[]) =>
  fc.tuple(...parts).map(path => path.map(each => (typeof each === 'string' ? text(each) : each)));
const is = (value: string) => fc.constant(value);

const files = fc.oneof(
  put(
    prefixed('dag_id='),
    prefixed('run_id='),
    prefixed('task_id='),
    ends.map(end => `attempt=${end}`),
  ),
  put(
    prefixed('dag_id='),
    prefixed('run_id='),
    prefixed('task_id='),
    fc.constantFrom('map_index=3', 'map_index=x'),
    is('attempt=1.log'),
  ),
  put(name, name, times, ends),
  put(
    fc.constantFrom('scheduler', 'dag_processor'),
    days,
    fc.constantFrom('x.py.log', 'deep/x.py.log', 'x.py', 'native_dags/y.log.1'),
  ),
  put(is('scheduler'), days),
  put(days, fc.constantFrom('x.py.log', 'deep/x.py.log')),
  put(is('dag_processor_manager'), fc.constantFrom('dag_processor_manager.log', 'dag_processor_manager.log.1')),
  put(is('own'), name, is('manager'), fc.constantFrom('m.log', 'm.log.3')),
  put(name, fc.constantFrom('logs of a task', 't'), ends),
  put(is('triggerer'), is('triggerer.log')),
  put(fc.constantFrom('airflow-scheduler.log', 'airflow-webserver.err', 'worker.log.1', 'notes', '1.log')),
  put(name, name),
);
const split = (path: readonly Buffer[]): readonly Buffer[] =>
  path.flatMap(each =>
    text(each.toString('latin1'))
      .toString()
      .split('/')
      .map(part => Buffer.from(part, 'latin1')),
  );
const entries: fc.Arbitrary<Entry> = fc
  .record({
    path: files.map(split),
    ageHours: ages,
    is: fc.oneof(
      {weight: 6, arbitrary: fc.constant('file' as const)},
      {weight: 2, arbitrary: fc.constant('folder' as const)},
      fc.constant('link' as const),
    ),
  })
  // The script keeps the folders that components make once, though nothing but an empty folder was in them.
  .filter(({path: [first], is}) => is !== 'folder' || !/^(dag_processor_manager|triggerer)/.test(String(first)));
const tree: fc.Arbitrary<Tree> = fc.record({
  entries: fc.array(entries, {maxLength: 14}),
  folderAges: fc.array(ages, {minLength: 5, maxLength: 5}),
});

const places = fc.constantFrom<LogPlaces>(
  {},
  {
    logTemplate:
      'dag_id={{ ti.dag_id }}/{{ ti.task_id }}/{% if ti.map_index >= 0 %}{{ ti.map_index }}/{% endif %}{{ try_number }}.log',
  },
  {logTemplate: '{dag_id}/{task_id}/{try_number}.log', managerLog: 'own/a/manager/m.log'},
  {logTemplate: '{{ ti.dag_id }}-{{ ti.task_id }}/{{ ts }}.log', dagFileLogFolders: ['own']},
  {dagFileLogFolders: ['']},
);

const rules = fc
  .record(
    {
      olderThanMs: fc.constant(24 * hourS * 1000),
      classes: fc.subarray(['task', 'dag-file', 'triggerer', 'component'] as const, {minLength: 1}),
      dagIds: fc.subarray(['a', 'dag.one', '(a|b)+', "it's", '*', '\\'], {minLength: 1}),
    },
    {requiredKeys: ['olderThanMs']},
  )
  .filter(({classes, dagIds}) => dagIds === undefined || classes === undefined || classes.includes('task'));

const join_ = (root: string, path: readonly Buffer[]): Buffer =>
  Buffer.concat([text(root), ...path.flatMap(each => [text('/'), each])]);

/** What a name means twice is what it meant first. */
function plant(root: string, {entries, folderAges}: Tree): void {
  mkdirSync(root);
  // As Airflow has it there: so these are never empty.
  for (const of of ['scheduler', 'dag_processor']) {
    mkdirSync(join(root, of));
    symlinkSync('2026-01-02', join(root, of, 'latest'));
  }
  const nowS = Date.now() / 1000;
  const made = new Map<string, 'file' | 'folder'>([
    ['/scheduler', 'folder'],
    ['/dag_processor', 'folder'],
  ]);
  const folders: Buffer[] = [];
  for (const {path, ageHours, is} of entries) {
    const keys = path.map((_, at) => join_('', path.slice(0, at + 1)).toString('latin1'));
    const blocked = keys.some((key, at) => made.has(key) && (made.get(key) === 'file' || at === keys.length - 1));
    if (blocked) continue;
    for (const [at, key] of keys.entries()) {
      const whole = join_(root, path.slice(0, at + 1));
      if (made.has(key)) continue;
      const isLast = at === keys.length - 1;
      made.set(key, isLast && is !== 'folder' ? 'file' : 'folder');
      if (!isLast || is === 'folder') {
        mkdirSync(whole);
        folders.push(whole);
      } else if (is === 'link') symlinkSync('/etc', whole);
      else writeFileSync(whole, 'x'.repeat(5_000));
      const then = nowS - ageHours * hourS;
      if (isLast && is === 'link') lutimesSync(whole, then, then);
      else if (isLast) utimesSync(whole, then, then);
    }
  }
  for (const [at, path] of folders.entries()) {
    const then = nowS - (folderAges[at % folderAges.length] ?? 0) * hourS;
    utimesSync(path, then, then);
  }
}

/** All paths below, in Latin-1, so that none is lost. */
const found = (root: string): string[] =>
  readdirSync(text(root), {recursive: false, withFileTypes: true, encoding: 'buffer'})
    .flatMap(entry => {
      const whole = Buffer.concat([text(`${root}/`), entry.name]).toString('latin1');
      return [whole, ...(entry.isDirectory() ? below(whole) : [])];
    })
    .map(path => path.slice(Buffer.from(root).toString('latin1').length + 1))
    .sort();

function below(folder: string): string[] {
  return readdirSync(Buffer.from(folder, 'latin1'), {withFileTypes: true, encoding: 'buffer'}).flatMap(entry => {
    const whole = `${folder}/${entry.name.toString('latin1')}`;
    return [whole, ...(entry.isDirectory() ? below(whole) : [])];
  });
}

const latin = (name: string): string =>
  // A lone surrogate stands for a byte that is no UTF-8.
  [...name]
    .map(sign =>
      /[\udc80-\udcff]/.test(sign) && sign.length === 1
        ? String.fromCharCode(sign.charCodeAt(0) - 0xdc00)
        : text(sign).toString('latin1'),
    )
    .join('');

/** What the preview of `logs clean` is made of. */
async function previewed(root: string, rule: Rule, at: LogPlaces) {
  const plans = new PlanFolder(`${root}.state`);
  const gone: string[] = [];
  const into = {
    write: async (value: unknown) => {
      const [names, files, inode] = value as PlannedGroup;
      const path = names.map(latin).join('/');
      gone.push(...files.map(([file]) => (path === '' ? latin(file) : `${path}/${latin(file)}`)));
      if (inode !== null) gone.push(path);
    },
  };
  const plan = await withAgent(host, {}, async agent => {
    const listing = await takeListing(agent, root, plans, {}, never());
    try {
      return await choose(listing, {rule, layout: layoutOf(root, at), into: into as never}, never());
    } finally {
      await listing.remove();
    }
  });
  return {gone, plan};
}

async function scheduled(script: string) {
  const {stdout} = await run('sh', ['-c', script]);
  return stdout;
}

test('the script deletes exactly what the preview of the same rule names, files and folders, and counts it', async () => {
  await fc.assert(
    fc.asyncProperty(tree, rules, places, async (planted, rule, at) => {
      const root = join(folder, `tree ${trees++}'s`);
      const absolute: LogPlaces = {
        ...at,
        ...(at.managerLog === undefined ? {} : {managerLog: join(root, at.managerLog)}),
        ...(at.dagFileLogFolders === undefined
          ? {}
          : {dagFileLogFolders: at.dagFileLogFolders.map(each => join(root, each))}),
      };
      plant(root, planted);
      const before = found(root);
      const script = cleanUpScript(layoutOf(root, absolute), rule);
      const {gone, plan} = await previewed(root, rule, absolute);
      const said = await scheduled(script);
      const after = found(root);
      expect(before.filter(path => !after.includes(path))).toEqual(gone.toSorted());
      expect(said).toBe(
        `Done: deleted ${plan.files} files, ${plan.bytes} bytes, and ${plan.directories} empty folders; 0 files could not be deleted.\n`,
      );
      rmSync(root, {recursive: true});
    }),
    {numRuns: 50},
  );
}, 60_000);
