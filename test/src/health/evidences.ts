import fc from 'fast-check';
import type {AirflowHealth, ComponentHealth, ImportError, Page, Task} from '../../../src/airflow/api.ts';
import type {Component} from '../../../src/airflow/component.ts';
import type {Evidence, HostEvidence} from '../../../src/health/evidence.ts';
import type {Workload} from '../../../src/health/workload.ts';
import type {Seen} from '../../../src/live/live.ts';
import type {Volume} from '../../../src/logs/volumes.ts';
import type {ProblemCode} from '../../../src/problems/index.ts';
import {Problem} from '../../../src/problems/problem.ts';
import type {HostUnits, LooseProcess, Unit, UnitState} from '../../../src/units/unit.ts';
import {hostile} from '../../components/hostile.ts';
import {unit} from '../units/fake-host.ts';

export const nowMs = Date.UTC(2026, 10, 22, 14, 4, 31);

export const seen = <T>(value: T): Seen<T> => ({value, atMs: nowMs, problem: undefined, asking: false});
export const unseen: Seen<never> = {value: undefined, atMs: undefined, problem: undefined, asking: true};
/** `before`: what an earlier asking had brought. */
export const failed = <T>(code: ProblemCode, before?: T): Seen<T> => ({
  value: before,
  atMs: before === undefined ? undefined : nowMs - 40_000,
  problem: new Problem(code, 'af-1:8080: nothing listens there'),
  asking: false,
});

const alive: ComponentHealth = {says: 'healthy', heartbeatAgeMs: 3_000};

/** What Airflow says when all is well, with what matters changed. */
export const health = (changes: Partial<AirflowHealth> = {}): AirflowHealth => ({
  answeredAtMs: nowMs,
  tookMs: 43,
  database: {says: 'healthy'},
  scheduler: alive,
  triggerer: alive,
  dagProcessor: alive,
  ...changes,
});

export const units = (all: readonly Unit[], loose: readonly LooseProcess[] = [], host = 'af-1'): HostUnits => ({
  host,
  seenAtMs: nowMs,
  units: all,
  loose,
});

export const host = (
  of: Seen<HostUnits>,
  name = 'af-1',
  volumes: Seen<readonly Volume[]> = seen([]),
): HostEvidence => ({
  host: name,
  units: of,
  volumes,
});

export const looseScheduler: LooseProcess = {
  host: 'af-1',
  component: 'scheduler',
  pid: 4711,
  user: 'airflow',
  memoryBytes: 1,
  why: 'It was started by hand or with -D: no unit starts it again when it ends.',
};

export const volume = (used: number, inodes = 0.1): Volume => ({
  host: 'af-1',
  mountPoint: '/var/log/airflow',
  device: '1',
  roles: ['logs'],
  folders: [{path: '/var/log/airflow', role: 'logs'}],
  totalBytes: 1000,
  usedBytes: used * 1000,
  freeBytes: (1 - used) * 1000,
  totalInodes: 1000,
  freeInodes: (1 - inodes) * 1000,
});

/** All is well on one host, with what matters changed. */
export const evidence = (changes: Partial<Evidence> = {}): Evidence => ({
  nowMs,
  airflow: seen(health()),
  access: seen('refused'),
  importErrors: seen({items: [], total: 0}),
  workload: seen({running: 2, queued: 0, failedRuns: 0}),
  hosts: [host(seen(units([unit({})])))],
  ...changes,
});

const states: readonly UnitState[] = [
  'active',
  'reloading',
  'activating',
  'deactivating',
  'inactive',
  'failed',
  'masked',
  'maintenance',
  'missing',
];

const codes = fc.constantFrom<ProblemCode>(
  'airflow.unreachable',
  'airflow.timeout',
  'airflow.unauthorised',
  'airflow.forbidden',
  'airflow.not-airflow',
  'host.unreachable',
  'host.key-changed',
  'host.no-systemd',
  'host.sudo-password',
);
const durations = fc.constantFrom(0, 3_000, 31_000, 252_000, 7_440_000, 86_400_000 * 400);
const texts = fc.oneof(fc.constantFrom('etl_daily', ...hostile), fc.string({unit: 'binary', maxLength: 40}));
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, {nil: undefined});

function seenOf<T>(of: fc.Arbitrary<T>): fc.Arbitrary<Seen<T>> {
  return fc.oneof(
    {weight: 5, arbitrary: of.map(value => seen(value))},
    {weight: 1, arbitrary: fc.constant(unseen)},
    {weight: 2, arbitrary: fc.tuple(codes, maybe(of)).map(([code, before]) => failed(code, before))},
  );
}

const component = fc
  .record({says: fc.constantFrom('healthy', 'unhealthy', 'never'), heartbeatAgeMs: durations}, {requiredKeys: ['says']})
  .map(of => of as ComponentHealth);

const airflow = fc
  .record({database: component, scheduler: component, triggerer: maybe(component), dagProcessor: maybe(component)})
  .map(({triggerer, dagProcessor, ...rest}) => {
    const {triggerer: _, dagProcessor: __, ...plain} = health();
    return {...plain, ...rest, ...(triggerer && {triggerer}), ...(dagProcessor && {dagProcessor})};
  });

const anyUnit = fc
  .record({
    name: fc.constantFrom('airflow-scheduler.service', 'af\x1b[31m\u202e.service'),
    component: fc.constantFrom<Component>(
      'scheduler',
      'webserver',
      'api-server',
      'triggerer',
      'dag-processor',
      'worker',
    ),
    state: fc.constantFrom(...states),
    subState: fc.constantFrom('running', 'auto-restart', 'dead', 'start-pre', 'failed'),
    inStateMs: maybe(durations),
    restarts: maybe(fc.nat(40)),
    ended: maybe(
      fc.constantFrom(
        {result: 'signal', signal: 9},
        {result: 'exit-code', exitCode: 1},
        {result: 'oom-kill', signal: 9},
        {result: 'timeout'},
        {result: 'success', exitCode: 0},
      ),
    ),
    enabled: fc.constantFrom('enabled', 'disabled', ''),
    needsDaemonReload: fc.boolean(),
  })
  .map(changes => unit(changes));

const anyHost = (name: string): fc.Arbitrary<HostEvidence> =>
  fc
    .record({
      units: seenOf(
        fc
          .tuple(fc.array(anyUnit, {maxLength: 3}), fc.boolean())
          .map(([all, loose]) => units(all, loose ? [looseScheduler] : [], name)),
      ),
      volumes: seenOf(
        fc.array(
          fc
            .tuple(fc.constantFrom(0, 0.5, 0.9, 0.97, 1), fc.constantFrom(0, 0.9, 1), fc.boolean())
            .map(([used, inodes, fixed]) => (fixed ? volume(used, inodes) : {...volume(used), totalInodes: 0})),
          {maxLength: 2},
        ),
      ),
    })
    .map(of => ({host: name, ...of}));

const task = fc.tuple(texts, maybe(durations)).map<Task>(([dagId, ago]) => ({
  dagId,
  runId: 'r',
  taskId: 'load',
  state: 'queued',
  tryNumber: 0,
  ...(ago === undefined ? {} : {queuedAtMs: nowMs - ago}),
}));

const workload = fc
  .tuple(fc.constantFrom(0, 1, 12), fc.constantFrom(0, 1, 3), maybe(task))
  .map<Workload>(([running, queued, oldestQueued]) => ({
    running,
    queued,
    failedRuns: 0,
    ...(oldestQueued === undefined ? {} : {oldestQueued}),
  }));

const importErrors = fc
  .array(
    fc.tuple(texts, texts).map<ImportError>(([file, trace]) => ({id: 1, file, atMs: nowMs, trace})),
    {maxLength: 3},
  )
  .map<Page<ImportError>>(items => ({items, total: items.length}));

/** Whatever may be seen of an installation, well or ill. */
export const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    airflow: maybe(seenOf(airflow)),
    access: maybe(seenOf(fc.constantFrom('refused' as const, 'open' as const))),
    importErrors: maybe(seenOf(importErrors)),
    workload: maybe(seenOf(workload)),
    hosts: fc.oneof(
      fc.constant([]),
      anyHost('af-1').map(of => [of]),
      fc.tuple(anyHost('af-1'), anyHost('af-2')),
    ),
  })
  .map(of => {
    const {hosts, ...rest} = of;
    const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    return {nowMs, hosts, ...known};
  });
