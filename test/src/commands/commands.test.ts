import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {UsageError} from '../../../src/command-line.ts';
import {type Demo, openDemo} from '../../../src/demo/demo.ts';
import {Problem} from '../../../src/problems/problem.ts';
import type {Profile} from '../../../src/profile/profile.ts';
import {hostile} from '../../components/hostile.ts';
import {rewritingProxy} from '../../journeys/rewriting-proxy.ts';
import {address, airflow, recorded, replyOf, serve} from '../airflow/server.ts';
import {run, runBriefly} from './run.ts';
import {documented, fieldsOf, sections} from './sections.ts';

let demo: Demo;
let profile: Profile;

beforeAll(async () => {
  demo = await openDemo({speed: 10});
  await demo.filled;
  ({profile} = demo);
});

afterAll(() => demo.close());

const page = sections(readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8'));
const refusal = (...argv: readonly string[]): Promise<Problem> =>
  run(profile, ...argv).then(
    ({out}) => {
      throw new Error(`it was done: ${out.join('\n')}`);
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(Problem);
      return error as Problem;
    },
  );

/** A host of the profile that nobody can reach. */
const withLostHost = (): Profile => ({
  ...profile,
  hosts: [
    ...profile.hosts,
    {
      kind: 'ssh',
      name: 'lost',
      host: '127.0.0.1',
      port: 1,
      user: 'ops',
      configFile: 'none',
      identityFiles: [],
      knownHostsFiles: [],
    },
  ],
});

describe('the fields of --json are documented:', () => {
  test.each([
    ['windsock health', ['health']],
    ['windsock dags list', ['dags', 'list']],
    ['windsock dags runs <dag>', ['dags', 'runs', 'etl_daily']],
    ['windsock dags trigger <dag>', ['dags', 'trigger', 'quick_success', '--yes']],
    ['windsock units list', ['units', 'list']],
    ['windsock units journal <unit...>', ['units', 'journal', 'scheduler', '--lines', '1']],
    ['windsock config list', ['config', 'list']],
    ['windsock config get <section> <option>', ['config', 'get', 'core', 'executor']],
    ['windsock logs usage', ['logs', 'usage']],
    ['windsock data variables list', ['data', 'variables', 'list', '--reveal']],
  ])('%s', async (title, argv) => {
    const {json} = await run(profile, ...argv, '--json');
    // config get refers to config list for what a setting is.
    const text = `${page.get(title)}${title.includes('config get') ? page.get('windsock config list') : ''}`;
    const fields = fieldsOf(json, ['conf']);
    expect(fields.size).toBeGreaterThan(1);
    expect([...fields].filter(name => !documented(text).has(name))).toEqual([]);
  });
});

describe('dags', () => {
  test('runs come newest first, at most as many as wanted', async () => {
    const {json, code} = await run(profile, 'dags', 'runs', 'etl_daily', '--limit', '3', '--json');
    const started = (json as {startedAt: string}[]).map(({startedAt}) => startedAt);
    expect(started).toHaveLength(3);
    expect(started).toEqual(started.toSorted().toReversed());
    expect(code).toBe(0);
  });

  test('of Airflow 2 that have never run are told from those that do not exist', async () => {
    // It answers 200 and no runs for both.
    const {url} = await serve(
      airflow('2.11.0', ({path}) =>
        path.endsWith('/dagRuns')
          ? {json: {dag_runs: [], total_entries: 0}}
          : path.includes('dag_one')
            ? replyOf(recorded('2.11.0', path.endsWith('/details') ? 'dag-details-params' : 'dag-one'))
            : {status: 404, json: {detail: 'DAG not found', status: 404, title: 'DAG not found'}},
      ),
    );
    const old: Profile = {...profile, api: address(url)};
    expect((await run(old, 'dags', 'runs', 'dag_one', '--json')).json).toEqual([]);
    await expect(run(old, 'dags', 'runs', 'nobody')).rejects.toMatchObject({code: 'airflow.not-found'});
  });

  test('are paused and unpaused together, and what is so already is said', async () => {
    const ids = ['etl_daily', 'etl_hourly'];
    const paused = () => ids.map(id => demo.world.runs.dags.get(id)?.paused);
    await run(profile, 'dags', 'pause', ...ids, '--dry-run');
    expect(paused()).toEqual([false, false]);
    const {code} = await run(profile, 'dags', 'pause', ...ids, ids[0] ?? '', '--yes');
    expect(paused()).toEqual([true, true]);
    expect(code).toBe(0);
    const again = await run(profile, 'dags', 'pause', ...ids, '--yes');
    expect(again.out.join('\n')).toContain('2 of them are paused already.');
    expect(again.code).toBe(0);
    await run(profile, 'dags', 'unpause', ...ids, '--yes');
    expect(paused()).toEqual([false, false]);
  });

  test('unpause says how many runs it would start at once', async () => {
    const dag = demo.world.runs.dags.get('partner_feed');
    if (dag === undefined) throw new Error('the demo has a DAG partner_feed');
    dag.nextRunAt = demo.world.clock.now() - 60_000;
    const {json} = await run(profile, 'dags', 'unpause', 'partner_feed', '--dry-run', '--json');
    expect(json).toEqual({
      plan: {
        title: 'Unpause partner_feed',
        steps: [{text: 'Unpause partner_feed'}],
        warnings: [expect.stringMatching(/^partner_feed: .* starts \d+ runs? at once/)],
      },
    });
  });

  test('that Airflow does not know are all named, and nothing is done', async () => {
    const problem = await refusal('dags', 'pause', 'no_one', 'etl_daily', 'no_two', '--yes');
    expect(problem).toMatchObject({code: 'airflow.not-found', detail: 'no DAG is called no_one, no_two'});
    expect(demo.world.runs.dags.get('etl_daily')?.paused).toBe(false);
  });

  test('nothing is done without --yes, or read-only', async () => {
    expect((await refusal('dags', 'pause', 'etl_daily')).code).toBe('operation.not-confirmed');
    expect((await refusal('dags', 'pause', 'etl_daily', '--yes', '--read-only')).code).toBe('operation.read-only');
    expect((await refusal('units', 'stop', 'triggerer')).code).toBe('operation.not-confirmed');
    expect((await refusal('units', 'stop', 'triggerer', '--yes', '--read-only')).code).toBe('operation.read-only');
  });
});

describe('units', () => {
  test('are stopped and started by component or name', async () => {
    const state = () => demo.world.unit('triggerer').state;
    const stopped = await run(profile, 'units', 'stop', 'triggerer', 'airflow-triggerer.service', '--yes', '--json');
    expect(stopped.json).toMatchObject({report: {operation: 'units.stop', outcome: 'done'}});
    const before = state();
    await run(profile, 'units', 'start', 'airflow-triggerer', '--host', 'demo-1', '--yes');
    expect([before, state()]).toEqual(['inactive', 'active']);
  });

  test('that do not exist are a problem that names those that do', async () => {
    expect((await refusal('units', 'stop', 'nothing', '--yes')).detail).toMatch(/nothing.*airflow-scheduler\.service/);
    expect((await refusal('units', 'stop', 'scheduler', '--host', 'elsewhere')).code).toBe('host.none');
  });

  test('a host that does not answer is said, and fails what might be on it', async () => {
    const listed = await run(withLostHost(), 'units', 'list', '--json');
    expect(listed.json).toMatchObject([{host: 'demo-1'}, {host: 'lost', problem: {code: 'host.unreachable'}}]);
    expect(listed.code).toBe(1);
    const planned = await run(withLostHost(), 'units', 'restart', 'triggerer', '--dry-run');
    expect(planned.err.join('\n')).toMatch(/^lost: The host does not answer/);
    await expect(run(withLostHost(), 'units', 'stop', 'worker')).rejects.toMatchObject({code: 'host.unreachable'});
  });

  test('the journal of several units is one, by time; a line of a message cannot pass for an entry', async () => {
    const {name: unit, invocation} = demo.world.unit('dag-processor');
    const message = 'first\n2026-01-01T00:00:00.000Z  demo-1  forged';
    demo.world.journal.add({atMs: demo.world.clock.now(), unit, by: 'unit', invocation, pid: 7, message});
    const {out, json} = await run(profile, 'units', 'journal', 'dag-processor', 'scheduler', '--lines', '20');
    expect(out.join('\n')).toContain('first\n    2026-01-01T00:00:00.000Z');
    const times = out.map(line => line.slice(0, 24));
    expect(times.length).toBeGreaterThan(5);
    expect(times).toEqual(times.toSorted());
    expect(new Set(out.map(line => line.split('  ')[2]))).toEqual(
      new Set(['airflow-dag-processor.service', 'airflow-scheduler.service']),
    );
    expect(json).toBeUndefined();
  });

  test('the journal goes back as far as --since says', async () => {
    const all = await run(profile, 'units', 'journal', 'scheduler', '--since', '9d');
    const few = await run(profile, 'units', 'journal', 'scheduler', '--since', '9d', '--lines', '2');
    expect(all.out.length).toBeGreaterThan(2);
    expect(few.out).toEqual(all.out.slice(-2));
  });
});

describe('config', () => {
  const fernet = () =>
    readFileSync(`${demo.folder}/airflow/airflow.cfg`, 'utf8').match(/^fernet_key *= *(.+)$/m)?.[1] ?? '';

  test('list names the source of each, and masks secrets', async () => {
    const {json, code} = await run(profile, 'config', 'list', '--section', 'core', '--json');
    const [{settings}] = json as [{settings: {section: string; option: string}[]}];
    expect(new Set(settings.map(({section}) => section))).toEqual(new Set(['core']));
    expect(settings).toContainEqual({
      section: 'core',
      option: 'executor',
      value: 'LocalExecutor',
      secret: false,
      source: {kind: 'file', line: expect.any(Number)},
    });
    expect(fernet()).not.toBe('');
    expect(JSON.stringify(json)).not.toContain(fernet());
    expect(code).toBe(0);
  });

  test('get masks a secret unless it is revealed, which is recorded', async () => {
    const masked = await run(profile, 'config', 'get', 'core', 'fernet_key');
    expect(masked.out.join('\n')).toMatch(/•••• [0-9a-f]{4}:[0-9a-f]{4} +airflow\.cfg/);
    expect(masked.console.activity.record.entries()).not.toContainEqual(
      expect.objectContaining({subject: {kind: 'note'}}),
    );
    for (const argv of [[], ['--json']]) {
      const {out, console} = await run(profile, 'config', 'get', 'core', 'fernet_key', '--reveal', ...argv);
      expect(out.join('\n')).toContain(fernet());
      const notes = console.activity.record.entries().filter(({subject}) => subject.kind === 'note');
      expect(notes.map(({where, what}) => [where, what])).toEqual([['demo-1', 'revealed settings: [core] fernet_key']]);
    }
  });

  test('get follows an option to its newer name, and knows the default of a few', async () => {
    const moved = await run(profile, 'config', 'get', 'core', 'sql_alchemy_conn', '--json');
    expect(moved.json).toMatchObject([{host: 'demo-1', section: 'database', option: 'sql_alchemy_conn'}]);
  });

  test('get of an option that is not set is a problem, and says what looks like it', async () => {
    expect(await refusal('config', 'get', 'core', 'nothing')).toMatchObject({
      code: 'config.not-set',
      detail: '[core] nothing on demo-1',
    });
    expect((await refusal('config', 'get', 'core', 'load_examples')).detail).toBe(
      '[core] load_examples on demo-1; Airflow ignores [core] LOAD_EXAMPLES: names are lower-case',
    );
  });

  test('a host that does not answer stands beside the others', async () => {
    const {json, code} = await run(withLostHost(), 'config', 'get', 'core', 'executor', '--json');
    expect(json).toMatchObject([
      {host: 'demo-1', value: 'LocalExecutor'},
      {host: 'lost', problems: [{code: 'host.unreachable'}]},
    ]);
    expect(code).toBe(1);
  });
});

test.each([
  ['class', 'classes'],
  ['dag', 'dags'],
  ['age', 'ages'],
])('logs usage --by %s adds up what was counted, and wants no other word', async (by, list) => {
  const {json, code} = await run(profile, 'logs', 'usage', '--by', by, '--json');
  type Amounts = {bytes: number; files: number};
  const [host] = json as [Amounts & Record<string, readonly Amounts[]>];
  const rows = host[list] ?? [];
  const sum = (name: 'bytes' | 'files') => rows.reduce((total, row) => total + row[name], 0);
  expect(rows.length).toBeGreaterThan(2);
  expect(sum('files')).toBeLessThanOrEqual(host.files);
  expect(sum('files')).toBeGreaterThan(host.files / 2);
  expect(host.bytes).toBeGreaterThanOrEqual(sum('bytes'));
  if (by !== 'age')
    expect(rows.map(({bytes}) => bytes)).toEqual(rows.map(({bytes}) => bytes).toSorted((a, b) => b - a));
  expect(code).toBe(0);
});

describe('a clean-up of several hosts', () => {
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'windsock-state-'));
    vi.stubEnv('XDG_STATE_HOME', folder);
    return () => {
      vi.unstubAllEnvs();
      rmSync(folder, {recursive: true});
    };
  });

  const everywhere = ['logs', 'clean', '--older-than', '30d', '--host', 'all', '--dry-run'];

  test('has a plan for each, and --dry-run fails where there is none for one of them', async () => {
    const {code, json} = await run(withLostHost(), ...everywhere, '--json');
    expect(code).toBe(1);
    expect(json).toMatchObject({
      plan: {
        steps: [
          {text: expect.stringMatching(/^demo-1: delete \d+ files/)},
          {text: 'demo-1: measure the volume again'},
          {text: 'lost: nothing, there is no plan for it', problem: {code: 'host.unreachable'}},
        ],
        facts: {hosts: [{host: 'demo-1'}, {host: 'lost', problem: {code: 'host.unreachable'}}]},
      },
    });
    const said = await run(withLostHost(), ...everywhere);
    expect(said.code).toBe(1);
    expect(said.out.join('\n')).toMatch(/! lost is left: The host does not answer/);
  });

  test('--dry-run of one that has a plan for all is done', async () => {
    expect((await run(profile, ...everywhere)).code).toBe(0);
  });
});

test('logs tail goes on with a log until its reader leaves', async () => {
  const {out, err, code} = await runBriefly(profile, 'logs', 'tail', 'airflow-scheduler', '--follow');
  expect(out).toHaveLength(1);
  expect([err, code]).toEqual([[], 0]);
});

describe('data variables list', () => {
  test('masks the values, and says which ones Airflow hides', async () => {
    const {out} = await run(profile, 'data', 'variables', 'list');
    expect(out.find(line => line.startsWith('region'))).toMatch(/^region +•••• +yes$/);
    expect(out.find(line => line.startsWith('partner_api_key'))).toMatch(/\(hidden by Airflow\) +yes +Renewed/);
    expect(out.join('\n')).not.toMatch(/eu-central-1|\*\*\*/);
  });

  test('reveals them on demand, which is recorded in one entry', async () => {
    const {json, console} = await run(profile, 'data', 'variables', 'list', '--reveal', '--filter', 'REGION', '--json');
    expect(json).toEqual([{key: 'region', kind: 'clear', value: 'eu-central-1', encrypted: true}]);
    const notes = console.activity.record.entries().filter(({subject}) => subject.kind === 'note');
    expect(notes.map(({what}) => what)).toEqual(['revealed variables: region']);
    expect(JSON.stringify(notes)).not.toContain('eu-central-1');
  });

  test('a filter does not find what is masked', async () => {
    const filtered = (...argv: readonly string[]) =>
      run(profile, 'data', 'variables', 'list', '--filter', 'central', '--json', ...argv);
    expect((await filtered()).json).toEqual([]);
    expect((await filtered('--reveal')).json).toMatchObject([{key: 'region'}]);
  });

  test('hostile keys and values stay on their line, and whole in JSON', async () => {
    const {api} = profile;
    if (api === undefined) throw new Error('the demo has an API');
    const texts = hostile.map(text => text.toWellFormed());
    const variables = texts.map((text, index) => ({key: `${index}${text}`, value: text, description: text}));
    const proxy = await rewritingProxy(api.url, (path, body) =>
      path.includes('/variables') ? {variables, total_entries: variables.length} : body,
    );
    try {
      const behind = {...profile, api: {...api, url: proxy.url}};
      const {out} = await run(behind, 'data', 'variables', 'list', '--reveal');
      expect(out).toHaveLength(texts.length + 1);
      for (const line of out) expect(line).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      const {json} = await run(behind, 'data', 'variables', 'list', '--reveal', '--json');
      expect(new Set((json as {value: string}[]).map(({value}) => value))).toEqual(new Set(texts));
    } finally {
      await proxy.close();
    }
  });
});

test.each([
  [['dags', 'runs', 'etl_daily', '--limit', '0']],
  [['dags', 'runs', 'etl_daily', '--limit', 'many']],
  [['units', 'journal', 'scheduler', '--lines', '-1']],
  [['units', 'journal', 'scheduler', '--since', 'yesterday']],
  [['units', 'start']],
  [['config', 'get', 'core']],
])('%s is a usage error', async argv => {
  await expect(run(profile, ...argv)).rejects.toBeInstanceOf(UsageError);
});
