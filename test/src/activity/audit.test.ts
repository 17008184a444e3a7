import {execFile, execFileSync} from 'node:child_process';
import {chmod, link, mkdir, readFile, stat, symlink, writeFile} from 'node:fs/promises';
import {hostname, userInfo} from 'node:os';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, test} from 'vitest';
import {audited, noted} from '../../../src/activity/audit.ts';
import {appendAudit, auditPath} from '../../../src/activity/audit-file.ts';
import {readPast} from '../../../src/activity/history.ts';
import {ActivityRecord} from '../../../src/activity/record.ts';
import {Secrets} from '../../../src/activity/secrets.ts';
import type {Plan, Step} from '../../../src/operations/operation.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {stateFolder} from '../../../src/profile/keeping.ts';
import type {Profile} from '../../../src/profile/profile.ts';
import {newFolder} from '../host/folder.ts';

const profile: Profile = {
  name: 'prod',
  api: {
    url: 'https://airflow.example.com',
    login: {kind: 'password', user: 'monitor', password: async () => 'planted-password'},
    timeoutMs: 1,
    insecure: false,
  },
  hosts: [{kind: 'ssh', name: 'af-1', host: 'af-1', user: 'ops', identityFiles: [], knownHostsFiles: []}],
  become: 'sudo',
  protect: false,
  readOnly: false,
};

const step = (text: string, run: Step['run'] = async () => undefined): Step => ({text, run});

async function auditor(file?: string) {
  const path = file ?? join(await newFolder(), 'state', 'windsock', 'audit.jsonl');
  const told: Problem[] = [];
  const secrets = new Secrets();
  const record = new ActivityRecord();
  const options = {profile, record, secrets, file: path, tell: (problem: Problem) => told.push(problem)};
  const execute = audited(options);
  const run = (steps: readonly Step[], more: Partial<Plan> = {}) => {
    const plan: Plan = {
      title: 'Restart airflow-scheduler on af-1',
      steps,
      warnings: ['Ends 2 running tasks.'],
      verb: 'restart',
      confirm: {by: 'key'},
      alternatives: [],
      touches: [],
      ...more,
    };
    const operation = {id: 'units.restart', title: plan.title, plan: async () => plan};
    return execute({operation, plan, confirmed: 'y', signal: new AbortController().signal, onProgress: () => {}});
  };
  const lines = async () => (await readFile(path, 'utf8')).split('\n').filter(line => line !== '');
  const past = () => readPast(path, Number.NEGATIVE_INFINITY, 'prod');
  return {path, told, secrets, record, run, lines, past, note: noted(options)};
}

test('an operation is written down when it starts and when it ends: who, where, what, how', async () => {
  const {run, lines, record, told} = await auditor();
  const report = await run([
    {
      ...step('systemctl restart airflow-scheduler.service', async () => {
        record.begin({atMs: Date.now(), where: 'af-1', what: 'systemctl', changes: true, subject: {kind: 'agent'}});
        return 'active again';
      }),
      note: 'as root, by sudo',
    },
    step('wait for a heartbeat', async () => {
      throw new Problem('operation.no-effect', 'none came');
    }),
  ]);
  expect(report.outcome).toBe('failed');
  const [started, ended] = (await lines()).map(line => JSON.parse(line));
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const common = {
    version: 1,
    at,
    profile: 'prod',
    operation: 'units.restart',
    title: 'Restart airflow-scheduler on af-1',
  };
  expect(started).toEqual({
    ...common,
    event: 'started',
    id: expect.any(String),
    by: expect.objectContaining({user: userInfo().username, host: hostname(), pid: process.pid}),
    confirmed: 'y',
    api: {url: 'https://airflow.example.com', user: 'monitor'},
    hosts: [{name: 'af-1', user: 'ops'}],
    plan: [
      {step: 'systemctl restart airflow-scheduler.service', note: 'as root, by sudo'},
      {step: 'wait for a heartbeat'},
    ],
    warnings: ['Ends 2 running tasks.'],
  });
  expect(ended).toEqual({
    ...common,
    event: 'ended',
    id: started.id,
    outcome: 'failed',
    tookMs: expect.any(Number),
    touched: ['af-1'],
    steps: [
      {
        step: 'systemctl restart airflow-scheduler.service',
        outcome: 'done',
        tookMs: expect.any(Number),
        said: 'active again',
      },
      {
        step: 'wait for a heartbeat',
        outcome: 'failed',
        tookMs: expect.any(Number),
        problem: {code: 'operation.no-effect', message: expect.stringContaining('none came')},
      },
    ],
  });
  expect(record.entries().at(0)).toMatchObject({subject: {kind: 'operation'}, changes: true, end: {result: 'failed'}});
  expect(told).toEqual([]);
});

test('the file is the owner’s alone, and so is its folder', async () => {
  const {path, run} = await auditor();
  await run([step('a')]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
});

test('while it runs the start is in the file already: a crash leaves a trace', async () => {
  const {run, past} = await auditor();
  let during: unknown;
  await run([
    step('look', async () => {
      during = await past();
      return undefined;
    }),
  ]);
  expect(during).toMatchObject({operations: [{title: 'Restart airflow-scheduler on af-1'}]});
  expect(during).not.toHaveProperty('operations.0.ended');
  expect(await past()).toMatchObject({operations: [{ended: {outcome: 'done'}}]});
});

test('a fault of windsock itself ends the entry, and is thrown on', async () => {
  const {run, past} = await auditor();
  const bug = step('a', async () => {
    throw new TypeError('a bug');
  });
  await expect(run([bug])).rejects.toThrow(TypeError);
  expect(await past()).toMatchObject({
    operations: [{ended: {outcome: 'failed', summary: expect.stringContaining('fault')}}],
  });
});

test('secrets stay out, also those in the texts of steps and problems', async () => {
  const {run, secrets, path} = await auditor();
  secrets.add('planted-secret-1');
  await run([
    step('PATCH with planted-secret-1', async () => 'password=planted-2'),
    step('b', async () => {
      throw new Problem('airflow.failed', 'postgresql://airflow:planted-3@db/airflow planted-secret-1');
    }),
  ]);
  expect(await readFile(path, 'utf8')).not.toMatch(/planted/);
});

test('a long plan with hostile texts is many short lines of one entry', async () => {
  const {run, lines, past} = await auditor();
  const hostile = (index: number) =>
    `${index} "quotes" \\ \u001b[31m\n\u202e ${'한😀'.repeat(index % 7 === 0 ? 2000 : 1)}`;
  await run(Array.from({length: 500}, (_, index) => step(hostile(index), async () => hostile(index))));
  const written = await lines();
  expect(Math.max(...written.map(line => Buffer.byteLength(line)))).toBeLessThan(4096);
  expect(written.join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
  const [operation] = (await past()).operations;
  expect(operation?.plan).toHaveLength(500);
  expect(operation?.steps.map(({step: text}) => Number.parseInt(text, 10))).toEqual(
    Array.from({length: 500}, (_, index) => index),
  );
  expect(operation?.ended?.outcome).toBe('done');
});

test('an empty plan has an empty list', async () => {
  const {run, lines} = await auditor();
  await run([]);
  expect(JSON.parse((await lines())[0] ?? '')).toMatchObject({plan: []});
});

describe('a file that is not safe is not written to; that is told, and the operation goes on', () => {
  const cases: readonly [string, RegExp, (path: string) => Promise<unknown>][] = [
    ['a symbolic link', /symbolic link/, path => symlink('/tmp/elsewhere', path)],
    ['rights of others', /others have rights/, path => writeFile(path, '', {mode: 0o644})],
    [
      'another name',
      /hard link/,
      async path => {
        await writeFile(path, '', {mode: 0o600});
        await link(path, `${path}.2`);
      },
    ],
    ['a pipe', /ENXIO|no regular file/, async path => execFileSync('mkfifo', ['-m', '600', path])],
    ['a folder', /EISDIR/, path => mkdir(path)],
    ['a folder that others write in', /others can write/, path => chmod(dirname(path), 0o777)],
  ];
  test.each(cases)('%s', async (_, why, prepare) => {
    const folder = join(await newFolder(), 'windsock');
    await mkdir(folder, {mode: 0o700});
    const path = join(folder, 'audit.jsonl');
    await prepare(path);
    const {run, told} = await auditor(path);
    expect((await run([step('a')])).outcome).toBe('done');
    expect(told[0]).toMatchObject({code: 'activity.not-written', detail: expect.stringMatching(why)});
    expect(told[0]?.hint).not.toBe('');
  });

  test('a home that cannot be written', async () => {
    const {run, told} = await auditor('/proc/windsock/audit.jsonl');
    expect((await run([step('a')])).outcome).toBe('done');
    expect(told[0]?.code).toBe('activity.not-written');
  });
});

/** Appends long lines until the file refuses one, in a process of its own. Returns what it said then. */
async function writer(path: string, id: string, times: number, before = ''): Promise<string> {
  const file = new URL('../../../src/activity/audit-file.ts', import.meta.url).href;
  const program = `
    import {appendAudit} from ${JSON.stringify(file)};
    const line = JSON.stringify({version: 1, event: 'started', id: '${id}', at: '2026-01-01T00:00:00Z', profile: 'prod',
      operation: 'x', title: 'x'.repeat(3000), by: {user: 'u', host: 'h', pid: 1}, confirmed: 'y'}) + '\\n';
    try {
      for (let index = 0; index < ${times}; index++) await appendAudit(${JSON.stringify(path)}, [line]);
    } catch (problem) {
      console.log(problem.message);
    }`;
  const start = `${before} exec "$0" --input-type=module -e "$1"`;
  return (await promisify(execFile)('sh', ['-c', start, process.execPath, program])).stdout;
}

test('several windsocks that write at once tear no line', async () => {
  const {path, past, lines} = await auditor();
  const said = await Promise.all(['a', 'b', 'c', 'd'].map(id => writer(path, id, 100)));
  expect(said.join('')).toBe('');
  expect(await lines()).toHaveLength(400);
  expect((await past()).unreadable).toBe(0);
});

test('a line that only fits in part is told, and the next one is whole all the same', async () => {
  const {path, run, past} = await auditor();
  const said = await writer(path, 'a', 100, "trap '' XFSZ; ulimit -f 20;");
  expect(said).toMatch(/only a part of a line/);
  await run([step('a')]);
  const {operations, unreadable} = await past();
  expect(unreadable).toBe(1);
  expect(operations.at(-1)).toMatchObject({ended: {outcome: 'done'}});
});

test('what was cut, or is of somebody else, is counted and passed over; the next line is whole', async () => {
  const {path, run, past} = await auditor();
  await mkdir(dirname(path), {recursive: true, mode: 0o700});
  await writeFile(path, 'nonsense\n{"event":"other"}\n{"version":1,"event":"start', {mode: 0o600});
  await run([step('a')]);
  const {operations, unreadable} = await past();
  expect(unreadable).toBe(3);
  expect(operations).toMatchObject([{ended: {outcome: 'done'}}]);
});

test('what somebody looked at on purpose is in it, though windsock ends right afterwards', async () => {
  const {note, past, record, secrets} = await auditor();
  secrets.add('planted-password');
  const names = Array.from({length: 1000}, (_, number) => `variable_${number}`);
  await note('API', 'revealed variables', ['planted-password', ...names]);
  expect((await past()).operations).toMatchObject([
    {
      operation: 'activity.note',
      title: 'API: revealed variables',
      confirmed: 'looked',
      plan: ['••••', ...names].map(step => ({step})),
      ended: {outcome: 'done'},
    },
  ]);
  expect(record.entries()).toMatchObject([{where: 'API', changes: false, subject: {kind: 'note'}}]);
});

test('it is read by time and by profile; a file that is not there has nothing', async () => {
  const {path, run} = await auditor();
  expect(await readPast(path, 0, undefined)).toEqual({operations: [], unreadable: 0});
  await run([step('a')]);
  expect((await readPast(path, Date.now() - 60_000, 'prod')).operations).toHaveLength(1);
  expect((await readPast(path, Date.now() + 60_000, 'prod')).operations).toEqual([]);
  expect((await readPast(path, 0, 'staging')).operations).toEqual([]);
  await expect(readPast(dirname(path), 0, undefined)).rejects.toMatchObject({code: 'activity.unreadable'});
});

test('it lies where the base directory specification wants it', () => {
  expect(auditPath(stateFolder({XDG_STATE_HOME: '/state', HOME: '/home/me'}))).toBe('/state/windsock/audit.jsonl');
  expect(stateFolder({XDG_STATE_HOME: 'relative', HOME: '/home/me'})).toBe('/home/me/.local/state/windsock');
});

test('many that begin at once in a new home all get their lines', async () => {
  const {path, lines} = await auditor();
  await Promise.all(
    Array.from({length: 50}, (_, index) => appendAudit(path, [`{"a":${index}}\n`, `{"b":${index}}\n`])),
  );
  expect((await lines()).every(line => /^\{"[ab]":\d+\}$/.test(line))).toBe(true);
});
