import {expect, test} from 'vitest';
import {World} from '../../../../src/demo/world/world.ts';
import {FakeClock} from '../fake-clock.ts';

const start = Date.UTC(2026, 10, 22, 14, 4, 31);

function setUp() {
  const clock = new FakeClock(start);
  const world = new World(clock);
  const run = (dagId: string, last = 0) =>
    world.runs
      .all()
      .filter(each => each.dagId === dagId)
      .at(-1 - last);
  return {clock, world, run};
}

test('at the start the scheduler is dead: killed 4 min 12 s ago', () => {
  const {world} = setUp();
  const scheduler = world.unit('scheduler');
  expect([scheduler.state, scheduler.result, scheduler.exitStatus, scheduler.mainPid]).toEqual([
    'failed',
    'signal',
    9,
    0,
  ]);
  expect(scheduler.changedAt).toBe(start - 252_000);
  expect(world.heartbeat('scheduler')).toEqual({status: 'unhealthy', lastAt: start - 252_000});
  expect(world.heartbeat('triggerer').status).toBe('healthy');
  expect(world.heartbeat('dag-processor').status).toBe('healthy');
  expect(world.journal.entries().at(-1)?.message).toBe("airflow-scheduler.service: Failed with result 'signal'.");
});

test('while the scheduler is dead nothing moves, and a task still counts as running', async () => {
  const {clock, world, run} = setUp();
  await clock.advance(60_000);
  expect(run('etl_backfill')?.state).toBe('queued');
  expect(run('long_sleep')?.tasks[0]?.state).toBe('running');
  expect(run('ml_train')?.tasks.map(task => task.state)).toEqual(['success', 'running', null]);
  expect(world.heartbeat('triggerer').status).toBe('healthy');
});

test('a restart heals: active after some seconds, a heartbeat after it, and the queued runs go on', async () => {
  const {clock, world, run} = setUp();
  const job = world.unit('scheduler').restart();
  await clock.advance(500);
  expect(world.unit('scheduler').state).toBe('activating');
  await clock.advance(1000);
  await job;
  expect(world.unit('scheduler').state).toBe('active');
  expect(world.heartbeat('scheduler').status).toBe('unhealthy');
  await clock.advance(2000);
  expect(world.heartbeat('scheduler').status).toBe('healthy');
  await clock.advance(8000);
  expect(run('etl_backfill')?.state).toBe('success');
  expect(run('quick_success')?.state).toBe('success');
});

test('a task that the dead scheduler had started is run again by the new one', async () => {
  const {clock, world, run} = setUp();
  world.unit('scheduler').start();
  await clock.advance(20_000);
  expect(run('ml_train')?.state).toBe('success');
  expect(run('ml_train')?.tasks[1]?.tryNumber).toBe(2);
  expect(run('long_sleep')?.tasks[0]).toMatchObject({state: 'running', tryNumber: 2});
});

test('missed runs are made up without catch-up: one for each DAG that was due', async () => {
  const {clock, world, run} = setUp();
  const before = world.runs.all().filter(each => each.dagId === 'metrics_5min').length;
  await clock.advance(30 * 60_000);
  world.unit('scheduler').start();
  await clock.advance(12_000);
  expect(world.runs.all().filter(each => each.dagId === 'metrics_5min')).toHaveLength(before + 1);
  expect(run('metrics_5min')).toMatchObject({state: 'success', runAfter: Date.UTC(2026, 10, 22, 14, 30)});
});

test('a paused DAG keeps its run queued until it is unpaused', async () => {
  const {clock, world} = setUp();
  world.unit('scheduler').start();
  await clock.advance(5000);
  const dag = world.runs.dags.get('report_weekly');
  if (!dag) throw new Error('no report_weekly');
  const run = world.runs.add(dag.spec, {id: 'r1', type: 'manual', runAfter: start, queuedAt: clock.now()});
  await clock.advance(10_000);
  expect(run?.state).toBe('queued');
  dag.paused = false;
  await clock.advance(8000);
  expect(run?.state).toBe('success');
});

test('always_fails fails at its second task', async () => {
  const {clock, world, run} = setUp();
  world.unit('scheduler').start();
  await clock.advance(5000);
  const dag = world.runs.dags.get('always_fails');
  if (!dag) throw new Error('no always_fails');
  world.runs.add(dag.spec, {id: 'r1', type: 'manual', runAfter: start, queuedAt: clock.now()});
  await clock.advance(8000);
  expect(run('always_fails')?.state).toBe('failed');
  expect(run('always_fails')?.tasks.map(task => task.state)).toEqual(['success', 'failed', 'upstream_failed']);
});

test('a killed scheduler stays healthy until its heartbeat is 30 s old, a stopped one not for a second', async () => {
  const {clock, world} = setUp();
  world.unit('scheduler').start();
  await clock.advance(10_000);
  world.kill('scheduler');
  await clock.advance(20_000);
  expect(world.heartbeat('scheduler').status).toBe('healthy');
  await clock.advance(11_000);
  expect(world.heartbeat('scheduler').status).toBe('unhealthy');
  world.unit('triggerer').stop();
  await clock.advance(0);
  expect(world.heartbeat('triggerer').status).toBe('unhealthy');
});

test('the API listens while its unit is active', async () => {
  const {clock, world} = setUp();
  const seen: boolean[] = [];
  world.on('unit', () => seen.push(world.apiListens()));
  world.unit('api-server').restart();
  await clock.advance(3000);
  expect(seen).toEqual([false, false, false, true]);
});

test('jobs on a unit run one after the other', async () => {
  const {clock, world} = setUp();
  const unit = world.unit('triggerer');
  const jobs = [unit.stop(), unit.start(), unit.restart()];
  const pid = unit.mainPid;
  await clock.advance(5000);
  await Promise.all(jobs);
  expect(unit.state).toBe('active');
  expect(unit.mainPid).not.toBe(pid);
});

test('a world that was stopped leaves no timer behind', async () => {
  const {clock, world} = setUp();
  world.unit('scheduler').start();
  await clock.advance(10_000);
  world.stop();
  expect(clock.waiting()).toBe(0);
});

test('the past is orderly: nothing ends before it starts, or after the death of the scheduler', () => {
  const {world} = setUp();
  for (const run of world.runs.all()) {
    if (run.state === 'queued' || run.state === 'running') continue;
    expect(run.queuedAt).toBeGreaterThanOrEqual(run.runAfter);
    expect(run.startedAt).toBeGreaterThan(run.queuedAt);
    expect(run.endedAt).toBeGreaterThan(run.startedAt ?? 0);
    expect(run.endedAt).toBeLessThan(start - 252_000);
  }
  expect(world.runs.dags.size).toBe(25);
  expect(new Set(world.runs.all().map(run => `${run.dagId} ${run.id}`)).size).toBe(world.runs.all().length);
});

test('a unit that breaks is active for a moment, and then failed with its last words in the journal', async () => {
  const {clock, world} = setUp();
  const unit = world.unit('scheduler');
  unit.breaksWith = 'cannot use SQLite with the LocalExecutor';
  unit.start();
  await clock.advance(1300);
  expect(unit.state).toBe('active');
  await clock.advance(5000);
  expect([unit.state, unit.result, unit.exitCode, unit.exitStatus]).toEqual(['failed', 'exit-code', 1, 1]);
  const [words] = world.journal.entries().slice(-3);
  expect(words).toMatchObject({by: 'unit', message: 'cannot use SQLite with the LocalExecutor'});
  expect(world.heartbeat('scheduler').status).toBe('unhealthy');
});
