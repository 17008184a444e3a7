import {inspect} from 'node:util';
import {expect, onTestFinished, test, vi} from 'vitest';
import type {Entry} from '../../../src/activity/entry.ts';
import {Observer} from '../../../src/activity/observe.ts';
import {ActivityRecord} from '../../../src/activity/record.ts';
import {Secrets} from '../../../src/activity/secrets.ts';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import {withAgent} from '../../../src/host/agent.ts';
import type {Host} from '../../../src/host/host.ts';
import {openHost} from '../../../src/host/open.ts';
import type {Login} from '../../../src/profile/profile.ts';
import {type Asked, address, airflow, ops, type Reply, serve} from '../airflow/server.ts';

function observed() {
  const record = new ActivityRecord();
  const secrets = new Secrets();
  const observer = new Observer(record, secrets);
  const local = (): Host => {
    const host = openHost({kind: 'local', name: 'af-1'}, {become: 'none', onDeed: observer.onDeed('af-1')});
    onTestFinished(() => host.close());
    return host;
  };
  const connect = async (reply: (asked: Asked) => Reply, login: Login = {kind: 'none'}, timeoutMs = 5000) => {
    const server = await serve(airflow('3.3.2', reply));
    return connectAirflow(address(server.url, login, timeoutMs), {hidden: secrets, onRequest: observer.onRequest})();
  };
  return {record, secrets, local, connect};
}

const ends = (entries: readonly Entry[]) => entries.map(({what, changes, end}) => [what, changes, end?.result]);

test('a request is noted with what it asked, how long it took, how much came and how it ended', async () => {
  const {record, connect} = observed();
  const api = await connect(() => ({json: {dags: [], total_entries: 0}}));
  for await (const _ of api.dags());
  expect(record.entries().at(-1)).toMatchObject({
    where: 'API',
    what: 'GET /api/v2/dags?order_by=dag_id&limit=100&offset=0',
    changes: false,
    end: {outcome: 'ok', result: '200', bytes: 29},
  });
});

test('what changes something is marked; a login and a question sent by POST are not', async () => {
  const {record, connect} = observed();
  const api = await connect(({path}) => {
    if (path === '/auth/token') return {status: 201, json: {access_token: 'planted-token-of-ops'}};
    if (path.endsWith('/list')) return {json: {dag_runs: [], total_entries: 0}};
    return {json: {}};
  }, ops);
  await api.recentRuns(['a'], 3);
  await api.setPaused('a', true);
  const posts = record.entries().filter(({what}) => !what.startsWith('GET'));
  expect(ends(posts)).toEqual([
    ['POST /auth/token', false, '201'],
    ['POST /api/v2/dags/~/dagRuns/list', false, '200'],
    ['PATCH /api/v2/dags/a?update_mask=is_paused', true, '200'],
  ]);
  expect(posts[2]?.subject).toMatchObject({login: 'bearer', body: '{"is_paused":true}'});
  expect(inspect(record, {depth: Number.POSITIVE_INFINITY, showHidden: true})).not.toMatch(/hunter2|planted/);
});

test('a refusal and a silence are noted with their problem; the words of the server lose the secrets in them', async () => {
  const {record, secrets, connect} = observed();
  secrets.add('planted-secret-1');
  const refusing = await connect(() => ({status: 500, json: {detail: 'no planted-secret-1, password=planted-2 here'}}));
  await expect(refusing.importErrors()).rejects.toThrow();
  const silent = await connect(() => 'silence', {kind: 'none'}, 200);
  await expect(silent.importErrors()).rejects.toThrow();
  const failed = record.entries().filter(({end}) => end?.outcome === 'failed');
  expect(failed.map(({end}) => [end?.result, end?.problem?.message])).toEqual([
    ['500', 'Airflow failed while it answered: HTTP 500: no ••••, password=•••• here'],
    ['no answer', expect.stringMatching(/did not answer in time/)],
  ]);
  expect(failed[1]?.end?.problem?.hint).not.toBe('');
});

test('a request that nobody waits for any more has ended, too', async () => {
  const {record, connect} = observed();
  const api = await connect(() => 'silence');
  const abort = new AbortController();
  const asked = api.importErrors(abort.signal);
  await vi.waitFor(() =>
    expect(record.entries().at(-1)).toMatchObject({what: expect.stringContaining('importErrors')}),
  );
  expect(record.entries().at(-1)?.end).toBeUndefined();
  abort.abort();
  await expect(asked).rejects.toThrow();
  expect(record.entries().at(-1)?.end).toMatchObject({outcome: 'cancelled'});
});

test('a command is noted as it runs, with its exit code and how much it said; what it reads is not', async () => {
  const {record, local} = observed();
  const host = local();
  await host.exec(['sh', '-c', 'cat; exit 3'], {stdin: 'planted-secret'});
  await host.exec(['/no/such/program', '--password', 'planted-secret'], {changes: true});
  const [first, second] = record.entries();
  expect(first).toMatchObject({
    where: 'af-1',
    what: "sh -c 'cat; exit 3'",
    changes: false,
    subject: {readsStdin: true},
    end: {outcome: 'failed', result: 'exit 3', bytes: 14},
  });
  expect(second).toMatchObject({what: "/no/such/program --password '••••'", changes: true, end: {result: 'exit 127'}});
  expect(inspect(record, {depth: Number.POSITIVE_INFINITY, showHidden: true})).not.toContain('planted');
});

test('a command that is followed is noted while it runs, and says that somebody left it', async () => {
  const {record, local} = observed();
  const stream = await local().stream(['sh', '-c', 'echo line; sleep 60']);
  stream.stdout.resume();
  await vi.waitFor(() => expect(record.entries()).toHaveLength(1));
  expect(record.entries()[0]?.end).toBeUndefined();
  stream.end();
  expect(record.entries()[0]?.end).toMatchObject({outcome: 'cancelled', result: 'stopped'});
});

test('what the agent is asked is noted by name', async () => {
  const {record, local} = observed();
  await withAgent(local(), {}, async agent => {
    await agent.volumes(['/']);
    await expect(agent.read('/no/such/file')).rejects.toThrow();
  });
  const [program, ...asked] = record.entries();
  expect(program).toMatchObject({subject: {kind: 'command', readsStdin: true}, end: {result: 'stopped'}});
  expect(ends(asked)).toEqual([
    ['agent: volumes /', false, 'done'],
    ['agent: read /no/such/file', false, 'failed'],
  ]);
});
