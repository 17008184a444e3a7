import {existsSync} from 'node:fs';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {expect, onTestFinished, test, vi} from 'vitest';
import type {AirflowApi, Task} from '../../../src/airflow/api.ts';
import {withAgent} from '../../../src/host/agent.ts';
import {openHost} from '../../../src/host/open.ts';
import {cleanUpHosts} from '../../../src/logs/clean-hosts.ts';
import {cutOffs, dismiss} from '../../../src/logs/clean-result.ts';
import {type CleanContext, cleanUp} from '../../../src/logs/clean-up.ts';
import type {Rule} from '../../../src/logs/rule.ts';
import {execute} from '../../../src/operations/execute.ts';
import type {Plan} from '../../../src/operations/operation.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {PlanFolder} from '../../../src/profile/plan-folder.ts';

const day = 86_400;
const month = {olderThanMs: 30 * day * 1000};
const never = () => new AbortController().signal;

type Setting = {
  readonly logs: string;
  readonly state: string;
  readonly context: CleanContext;
  write(path: string, ageDays: number, content?: string): Promise<void>;
  age(): Promise<void>;
};

/** A log folder on this machine, in memory where there is such a folder. */
async function setting(name = 'af-1'): Promise<Setting> {
  const shared = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = await realpath(await mkdtemp(join(shared, 'windsock-clean-')));
  const host = openHost({kind: 'local', name}, {become: 'none'});
  onTestFinished(async () => {
    host.close();
    await rm(folder, {recursive: true, force: true});
  });
  const logs = join(folder, 'logs');
  const state = join(folder, 'state');
  await mkdir(logs);
  const places = {
    ...{runAs: 'login' as const, python: undefined, logFolder: logs, otherLogFolders: []},
    ...{logTemplate: undefined, dagFileLogFolders: [], managerLog: undefined},
  };
  const cleaned = {profile: 'prod', address: `ssh://${name}`};
  const context = {host, cleaned, installation: async () => places, folder: new PlanFolder(state), now: Date.now};
  const old = (ageDays: number) => Date.now() / 1000 - ageDays * day;
  return {
    ...{logs, state, context},
    write: async (path, ageDays, content = 'x'.repeat(5_000)) => {
      await mkdir(dirname(join(logs, path)), {recursive: true});
      await writeFile(join(logs, path), content);
      await utimes(join(logs, path), old(ageDays), old(ageDays));
    },
    // Folders are as old as what was put into them.
    age: async () => {
      const all = await readdir(logs, {recursive: true, withFileTypes: true});
      const folders = all.filter(entry => entry.isDirectory()).map(entry => join(entry.parentPath, entry.name));
      for (const path of folders.sort().toReversed()) await utimes(path, old(40), old(40));
    },
  };
}

const pathOf = (dag: string, run: string, task = 't'): string =>
  `dag_id=${dag}/run_id=${run}/task_id=${task}/attempt=1.log`;

const left = async (logs: string): Promise<string[]> =>
  (await readdir(logs, {recursive: true, withFileTypes: true}))
    .map(entry => join(entry.parentPath, entry.name).slice(logs.length + 1))
    .sort();

const planOf = (context: CleanContext, rule: Rule = month): Promise<Plan> => cleanUp(context, rule).plan(never());

test('deletes what the preview names, and the folders that are then empty, and says what that brought', async () => {
  const {logs, context, write, age} = await setting();
  await write(pathOf('a', '1'), 40);
  await write(pathOf('a', '1', 'u'), 41);
  await write(pathOf('a', '2'), 10);
  await write(pathOf('gone', '1'), 400);
  await write('dag_processor/2026-01-01/x.py.log', 40);
  await write('notes of somebody.txt', 400);
  await symlink('2026-01-01', join(logs, 'dag_processor', 'latest'));
  await mkdir(join(logs, 'dag_id=b/run_id=1/task_id=t'), {recursive: true});
  await mkdir(join(logs, 'kept by somebody'));
  await age();
  const plan = await planOf(context);
  expect(plan.facts).toMatchObject({files: 4, bytes: 4 * 8192, directories: 10});
  expect(plan.steps[0]?.text).toBe('delete 4 files (33 kB), remove 10 folders that are then empty');
  expect(plan.details?.join('\n')).toMatch(/By class: task logs 25 kB in 3 files, logs of DAG files 8 kB in 1 file\./);
  expect(plan.details?.join('\n')).toMatch(/Oldest: 400 d old, dag_id=gone/);
  expect(plan.warnings).toContain(
    'Left: 1 file (8 kB) not of a form that Airflow writes here, like notes of somebody.txt',
  );
  const report = await execute('logs.clean', plan, never());
  expect(report.results.map(({outcome}) => outcome)).toEqual(['done', 'done']);
  expect(report.results[0]?.said).toBe('4 of 4 files were deleted, 33 kB, 10 of 10 folders were removed');
  expect(report.results[1]?.said).toMatch(/Planned 33 kB, freed 33 kB/);
  expect(await left(logs)).toEqual([
    'dag_id=a',
    'dag_id=a/run_id=2',
    'dag_id=a/run_id=2/task_id=t',
    'dag_id=a/run_id=2/task_id=t/attempt=1.log',
    'dag_processor',
    'dag_processor/latest',
    'kept by somebody',
    'notes of somebody.txt',
  ]);
});

test('in another log folder goes what Airflow is set to write there, and nothing that looks like a log of it', async () => {
  const {logs, context, write, age} = await setting();
  const other = `${logs}/other`;
  for (const path of ['other/2026-01-01/x.py.log', 'other/manager.log.1', 'other/flower.log', 'other/dag_id=a/t.log'])
    await write(path, 40);
  await write(pathOf('a', '1'), 40);
  await age();
  const places = {otherLogFolders: [other], dagFileLogFolders: [other], managerLog: `${other}/manager.log`};
  const installation = async () => ({...(await context.installation()), ...places});
  const plan = await planOf({...context, installation, logFolder: `${other}/`});
  expect(plan.title).toBe(`Clean up ${other} on af-1`);
  expect(plan.facts).toMatchObject({files: 2, byClass: {'dag-file': {files: 1}, manager: {files: 1}}});
  expect(plan.warnings.join('\n')).toMatch(/Airflow writes logs elsewhere, too, and they are left: /);
  await execute('logs.clean', plan, never());
  expect(await left(other)).toEqual(['dag_id=a', 'dag_id=a/t.log', 'flower.log']);
  expect(existsSync(join(logs, pathOf('a', '1')))).toBe(true);
  await expect(planOf({...context, installation, logFolder: '/var/log'})).rejects.toMatchObject({
    code: 'logs.no-folder',
    detail: `/var/log; it writes to ${logs}, ${other}`,
  });
});

test('several hosts have a plan, a lock and a result each, and what fails on one keeps no other from it', async () => {
  const one = await setting();
  const two = await setting('af-2');
  const three = await setting('af-3');
  for (const {write, age} of [one, two]) {
    await write(pathOf('a', '1'), 40);
    await age();
  }
  const gone = {...three.context, logFolder: '/nowhere'};
  const operation = cleanUpHosts([one.context, gone, two.context], month);
  const plan = await operation.plan(never());
  expect(plan.steps.map(({text}) => text)).toEqual([
    expect.stringMatching(/^af-1: delete 1 file /),
    'af-1: measure the volume again',
    'af-3: nothing, there is no plan for it',
    expect.stringMatching(/^af-2: delete 1 file /),
    'af-2: measure the volume again',
  ]);
  expect(plan.details).toContain('By the rule: logs older than 30 d.');
  expect(plan.warnings.join('\n')).toMatch(/af-3 is left: Airflow writes no logs there: \/nowhere/);
  const held = await withAgent(one.context.host, {as: 'login'}, async agent => {
    await agent.lock(one.logs);
    return execute(operation.id, plan, never());
  });
  expect(held.results.map(({outcome}) => outcome)).toEqual(['failed', 'not-done', 'failed', 'done', 'done']);
  expect(held.results[0]?.problem?.code).toBe('logs.busy');
  expect(existsSync(join(one.logs, pathOf('a', '1')))).toBe(true);
  expect(existsSync(join(two.logs, pathOf('a', '1')))).toBe(false);
  expect((await one.context.folder.results())[0]?.first).toMatchObject({begun: {host: 'af-1'}});
  expect((await two.context.folder.results())[0]?.first).toMatchObject({begun: {host: 'af-2'}});
});

test('an empty folder that was changed a moment ago stays, and that is told', async () => {
  const {logs, context, write, age} = await setting();
  await write(pathOf('a', '1'), 40);
  await age();
  await mkdir(join(logs, 'dag_id=b/run_id=1/task_id=t'), {recursive: true});
  const plan = await planOf(context);
  expect(plan.warnings).toContain('Left: 1 folder that is empty, or will be, and was changed in the last hour');
  await execute('logs.clean', plan, never());
  expect(await left(logs)).toEqual(['dag_id=b', 'dag_id=b/run_id=1', 'dag_id=b/run_id=1/task_id=t']);
});

test('a DAG that has no logs is told, and takes nothing', async () => {
  const {context, write, age} = await setting();
  await write(pathOf('a', '1'), 40);
  await age();
  const plan = await planOf(context, {...month, dagIds: ['a', 'misspelt']});
  expect(plan.warnings).toContain('No log older than 30 d is of a DAG called misspelt.');
  expect(plan.facts).toMatchObject({files: 1});
});

test('plan and result are kept for their owner alone, and name each file', async () => {
  const {state, context, write} = await setting();
  await write(pathOf('a', '1'), 40);
  await write(pathOf('a', '2'), 40);
  const plan = await planOf(context);
  await appendFile(join((await context.installation()).logFolder, pathOf('a', '2')), 'more');
  const report = await execute('logs.clean', plan, never());
  expect(report.results[0]?.said).toBe('1 of 2 files were deleted, 8 kB; 1 had changed');
  const folder = join(state, 'plans');
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const names = (await readdir(folder)).sort();
  expect(names).toHaveLength(2);
  for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  const [planFile = '', resultFile = ''] = names;
  expect(report.summary).toContain(join(folder, planFile));
  const lines = gunzipSync(await readFile(join(folder, planFile))).toString();
  expect(lines).toContain('"dag_id=a","run_id=2","task_id=t"');
  const said = (await readFile(join(folder, resultFile), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(said).toMatchObject([
    {begun: {host: 'af-1', files: 2}},
    {sending: 2},
    {outcomes: expect.any(String)},
    {ended: 'done'},
  ]);
  expect([...said[2].outcomes].sort()).toEqual(['c', 'd']);
});

test('what runs according to Airflow stays; without an answer that is said', async () => {
  const {context, write} = await setting();
  await write(pathOf('a', '1'), 40);
  await write(pathOf('a', '2'), 40);
  const task: Task = {dagId: 'a', runId: '1', taskId: 't', state: 'deferred', tryNumber: 1};
  const api: Pick<AirflowApi, 'tasksInStates'> = {tasksInStates: async () => ({items: [task], total: 1})};
  const told = await planOf({...context, airflow: async () => api as AirflowApi});
  expect(told.facts).toMatchObject({files: 1, left: {running: {files: 1}}});
  const silent = await planOf({...context, airflow: () => Promise.reject(new Problem('airflow.unreachable'))});
  expect(silent.facts).toMatchObject({files: 2});
  expect(silent.warnings.join()).toMatch(/The API does not answer, so which tasks run is not known/);
});

test('of what is marked all goes but the last hour, and nothing that is not marked', async () => {
  const {logs, context, write, age} = await setting();
  await write(pathOf('a', '1'), 3);
  await write(pathOf('a', '2'), 3);
  await write(pathOf('a', '2', 'now'), 0);
  await write(pathOf('ab', '2'), 400);
  await age();
  const under = [join(logs, 'dag_id=a/run_id=2'), join(logs, pathOf('a', '1')), '/etc/passwd'];
  const plan = await planOf(context, {under});
  expect(plan.facts).toMatchObject({files: 2, left: {young: {files: 1}}});
  await execute('logs.clean', plan, never());
  const files = (await left(logs)).filter(path => path.endsWith('.log'));
  expect(files).toEqual([pathOf('a', '2', 'now'), pathOf('ab', '2')]);
  await expect(planOf(context, {under: ['/etc/passwd']})).rejects.toMatchObject({code: 'logs.nothing-chosen'});
});

test('a protected profile wants its name', async () => {
  const {context, write} = await setting();
  await write(pathOf('a', '1'), 40);
  expect((await planOf({...context, protect: 'prod'})).confirm).toEqual({by: 'typing', word: 'prod'});
  expect((await planOf(context)).confirm).toEqual({by: 'key'});
});

test('where nothing is to go there is no step, and no plan is kept', async () => {
  const {state, context, write} = await setting();
  await write(pathOf('a', '1'), 10);
  const plan = await planOf(context);
  expect(plan.steps).toEqual([]);
  expect(await readdir(join(state, 'plans'))).toEqual([]);
  await expect(planOf(context, {})).rejects.toMatchObject({code: 'logs.nothing-chosen'});
});

test('it can be cancelled at any file, and says how far it came', async () => {
  const {logs, state, context, write} = await setting();
  for (let index = 0; index < 3_000; index++) await write(`dag_id=a/run_id=1/task_id=t/attempt=${index}.log`, 40, '');
  const plan = await planOf(context);
  const stop = new AbortController();
  const report = await execute('logs.clean', plan, stop.signal, ({running}) => {
    if (running?.said !== undefined) stop.abort();
  });
  expect(report.outcome).toBe('cancelled');
  const {length} = (await left(logs)).filter(path => path.endsWith('.log'));
  expect(length).toBeGreaterThan(0);
  expect(report.results[0]?.problem?.detail).toContain(
    `${(3_000 - length).toLocaleString('en')} of 3,000 files were deleted`,
  );
  const [name = ''] = (await readdir(join(state, 'plans'))).filter(file => file.endsWith('.result.jsonl'));
  expect(await readFile(join(state, 'plans', name), 'utf8')).toMatch(/\{"ended":"cancelled"\}\n$/);
});

test('a second clean-up of the same folder is refused while one runs, planned or confirmed', async () => {
  const {logs, context, write} = await setting();
  await write(pathOf('a', '1'), 40);
  const plan = await planOf(context);
  await withAgent(context.host, {}, async agent => {
    await agent.lock(logs);
    await expect(planOf(context)).rejects.toMatchObject({
      code: 'logs.busy',
      detail: expect.stringMatching(/process \d+/),
    });
    const report = await execute('logs.clean', plan, never());
    expect(report.results[0]?.problem).toMatchObject({code: 'logs.busy'});
  });
  expect((await left(logs)).at(-1)).toBe(pathOf('a', '1'));
});

test('one that was cut off is told until the next one of that folder, or until nobody wants to hear of it', async () => {
  const {logs, state, context, write} = await setting();
  await write(pathOf('a', '1'), 40);
  await mkdir(join(state, 'plans'), {recursive: true});
  const {folder, cleaned} = context;
  const leave = async (id: string, changes: object, more: readonly object[] = []) => {
    const begun = {
      ...{...cleaned, host: 'af-1', root: logs, plan: '/p'},
      ...{files: 900, pid: 2 ** 22 + 1, atMs: Date.now() - 120_000, ...changes},
    };
    const lines = [{begun}, {sending: 200}, {outcomes: 'd'.repeat(200), freedBytes: 1}, {sending: 300}, ...more];
    const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
    await writeFile(join(state, 'plans', `${id}.result.jsonl`), `${text}{"outco`);
  };
  await leave('2026-01-01-a', {});
  await leave('2026-01-01-b', {profile: 'another'});
  await leave('2026-01-01-c', {address: 'ssh://another'});
  await leave('2026-01-01-d', {root: '/other', pid: process.pid});
  await leave('2026-01-01-e', {root: '/lost'}, [{ended: 'failed', why: 'host.lost'}]);
  await leave('2026-01-01-f', {root: '/fine'}, [{ended: 'done'}]);
  folder
    .result('2026-01-01-g')
    .write({begun: {...cleaned, host: 'af-1', root: logs, plan: '/p', files: 1, pid: 1, atMs: 0}});
  folder.result('2026-01-01-g').write({ended: 'failed', why: 'logs.busy'});
  const told = async () => (await cutOffs(folder, cleaned)).map(({root}) => root);
  expect(await told()).toEqual(['/lost', logs]);
  dismiss(folder, '2026-01-01-e');
  expect(await told()).toEqual([logs]);
  const words =
    /The clean-up of .* on af-1, 2 min( \d+ s)? ago, was cut off: 200 of 900 files were deleted; of the 300 sent last/;
  expect((await planOf(context)).warnings.join()).toMatch(words);
  // To look at a plan is no clean-up.
  const plan = await planOf(context);
  expect(plan.warnings.join()).toMatch(words);
  await execute('logs.clean', plan, never());
  expect(await told()).toEqual([]);
});

test('a log folder that is another one by the time it is confirmed is left', async () => {
  const {logs, context, write} = await setting();
  await write(pathOf('a', '1'), 40);
  const plan = await planOf(context);
  await rm(logs, {recursive: true});
  await write(pathOf('a', '1'), 40);
  const report = await execute('logs.clean', plan, never());
  expect(report.results[0]?.problem).toMatchObject({code: 'operation.changed'});
  await vi.waitFor(async () => expect(await left(logs)).toHaveLength(4));
});
