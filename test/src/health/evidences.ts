import fc from 'fast-check';
import type {AirflowHealth, ComponentHealth, ImportError, Job, Page, Pool, Task} from '../../../src/airflow/api.ts';
import type {Component} from '../../../src/airflow/component.ts';
import {type ConfigDocument, parseDocument} from '../../../src/config/document.ts';
import {settings} from '../../../src/config/effective.ts';
import type {Installation} from '../../../src/config/installation.ts';
import type {DagCount} from '../../../src/health/dag-count.ts';
import type {Evidence, HostEvidence} from '../../../src/health/evidence.ts';
import type {HostFacts} from '../../../src/health/host-facts.ts';
import type {LoginTrial} from '../../../src/health/login-trial.ts';
import type {Workload} from '../../../src/health/workload.ts';
import type {Seen} from '../../../src/live/live.ts';
import type {FoundSchedules} from '../../../src/logs/schedule/found.ts';
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
  failedAtMs: nowMs,
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
  orphans: [],
  clockAhead: {atLeastMs: -100, atMostMs: 1_100},
});

/** What a host says, with what matters changed. */
export const host = (
  of: Seen<HostUnits>,
  name = 'af-1',
  changes: Partial<Pick<HostEvidence, 'installation' | 'facts'>> = {},
): HostEvidence => ({
  host: name,
  units: of,
  installation: seen(installation({}, name)),
  facts: seen(facts()),
  ...changes,
});

export const facts = (changes: Partial<HostFacts> = {}): HostFacts => ({volumes: [], pidFiles: [], ...changes});

const soundCfg = `[core]
executor = LocalExecutor
load_examples = False
fernet_key = 3kXf0nJvQm1tS8bPqYw5uZr7cVd2eGh4iLl6oNs9aTk=
[database]
sql_alchemy_conn = postgresql+psycopg2://airflow:secret@db/airflow
`;

export type InstallationChanges = Partial<Omit<Installation, 'settings'>> & {readonly cfg?: string};

/** A sound installation, with what matters changed. */
function installation({cfg = soundCfg, ...changes}: InstallationChanges = {}, name = 'af-1'): Installation {
  const document: ConfigDocument = parseDocument(Buffer.from(cfg));
  const sources = {environments: [], homes: new Map([['', '/opt/airflow']]), document};
  const bytes = Buffer.from(cfg);
  return {
    ...sources,
    host: name,
    user: 'airflow',
    runAs: {user: 'airflow'},
    airflowHome: '/opt/airflow',
    configPath: '/opt/airflow/airflow.cfg',
    file: {
      path: '/opt/airflow/airflow.cfg',
      bytes,
      sha256: '',
      mode: 0o600,
      owner: 'airflow',
      mtimeMs: nowMs - 86_400_000,
      changedAtMs: nowMs - 86_400_000,
    },
    environmentFiles: [],
    version: '3.3.2',
    python: undefined,
    settings: settings(sources),
    pidFiles: [],
    strays: [],
    problems: [],
    logFolder: '/var/log/airflow',
    otherLogFolders: [],
    logTemplate: undefined,
    dagFileLogFolders: ['/var/log/airflow/dag_processor'],
    managerLog: undefined,
    dagsFolder: '/opt/airflow/dags',
    databaseFile: undefined,
    ...changes,
  };
}

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
  reservedBytes: 0,
});

/** All is well on one host, with what matters changed. */
export const evidence = (changes: Partial<Evidence> = {}): Evidence => ({
  nowMs,
  airflow: seen(health()),
  access: seen('refused'),
  pageAccess: seen('refused'),
  configExposure: seen('closed'),
  importErrors: seen({items: [], total: 0}),
  workload: seen({running: 2, queued: 0, deferred: 0, failedRuns: 0}),
  pools: seen({items: [pool()], total: 1}),
  jobs: seen([job()]),
  dagCount: seen({now: 9, most: 9, mostAtMs: nowMs}),
  version: '3.3.2',
  hosts: [host(seen(units([unit({})])))],
  ...changes,
});

const pool = (changes: Partial<Pool> = {}): Pool => ({
  name: 'default_pool',
  slots: 128,
  running: 2,
  queued: 0,
  scheduled: 0,
  open: 126,
  ...changes,
});

const job = (changes: Partial<Job> = {}): Job => ({
  id: 1,
  component: 'scheduler',
  type: 'SchedulerJob',
  hostname: 'af-1',
  state: 'running',
  heartbeatAgeMs: 3_000,
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

const orphanOf = (name: string) => ({
  host: name,
  pid: 4712,
  user: 'airflow',
  memoryBytes: 1,
  title: 'airflow scheduler -- DagFileProcessorManager',
});

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
    enabled: fc.constantFrom('enabled', 'disabled', 'masked', ''),
    needsDaemonReload: fc.boolean(),
    webWorkers: fc.nat(4),
    tasks: fc.constantFrom([], [{pid: 1, ageMs: 300_000, task: {dagId: 'etl', taskId: 'load', runId: 'r'}}]),
  })
  .map(changes => unit(changes));

const configs = [
  soundCfg,
  '',
  '[core]\nexecutor = SequentialExecutor\nload_examples = True\nfernet_key =\n[webserver]\nworkers = 2\n',
  '[core]\nexecutor = KubernetesExecutor\n[database]\nsql_alchemy_conn_cmd = pass show db\n',
];

const anyInstallation = (name: string): fc.Arbitrary<Installation> =>
  fc
    .record({
      cfg: fc.constantFrom(...configs),
      version: fc.constantFrom('2.11.0', '3.3.2', undefined),
      mode: fc.constantFrom(0o600, 0o644, 0o646),
      changedAgoMs: durations,
      problems: fc.constantFrom([], [new Problem('host.file-denied', '/etc/default/airflow')]),
      isRead: fc.boolean(),
    })
    .map(({cfg, version, mode, changedAgoMs, problems, isRead}) => {
      const whole = installation({cfg, version, problems}, name);
      const {file} = whole;
      const changed = file && {...file, mode, changedAtMs: nowMs - changedAgoMs};
      return {...whole, file: isRead ? changed : undefined};
    });

const anyFacts = fc
  .record({
    volumes: fc.array(
      fc
        .tuple(fc.constantFrom(0, 0.5, 0.9, 0.97, 1), fc.constantFrom(0, 0.9, 1), fc.boolean())
        .map(([used, inodes, fixed]) => (fixed ? volume(used, inodes) : {...volume(used), totalInodes: 0})),
      {maxLength: 2},
    ),
    pidFiles: fc.array(
      fc.record({
        path: fc.constant('/opt/airflow/airflow-scheduler.pid'),
        names: maybe(
          fc.record({
            pid: fc.constant(4711),
            program: maybe(fc.constantFrom('/opt/airflow/venv/bin/airflow scheduler', 'nginx: worker process')),
          }),
        ),
        ageMs: durations,
      }),
      {maxLength: 1},
    ),
    parsing: maybe(
      fc.record({
        path: fc.constant('/var/log/airflow/dag_processor_manager/dag_processor_manager.log'),
        writtenAgoMs: durations,
        files: fc.array(fc.record({path: texts, tookMs: durations}), {maxLength: 2}),
      }),
    ),
  })
  .map(({parsing, ...rest}): HostFacts => (parsing === undefined ? rest : {...rest, parsing}));

const anySchedules = (name: string): fc.Arbitrary<FoundSchedules> =>
  fc
    .array(
      fc.record({
        name: texts,
        ago: durations,
        kind: fc.constantFrom('timer' as const, 'cron' as const),
        lastResult: fc.constantFrom('done' as const, 'failed' as const),
      }),
      {maxLength: 2},
    )
    .map(all => ({
      host: name,
      found: all.map(({ago, ...of}) => ({...of, does: '', lastRunMs: nowMs - (ago ?? 0)})),
    }));

const anyHost = (name: string): fc.Arbitrary<HostEvidence> =>
  fc
    .record({
      units: seenOf(
        fc
          .tuple(fc.array(anyUnit, {maxLength: 3}), fc.boolean(), fc.boolean(), fc.constantFrom(0, 3_600_000))
          .map(([all, loose, orphan, ahead]) => ({
            ...units(all, loose ? [looseScheduler] : [], name),
            orphans: orphan ? [orphanOf(name)] : [],
            clockAhead: {atLeastMs: ahead - 100, atMostMs: ahead + 1_100},
          })),
      ),
      installation: seenOf(anyInstallation(name)),
      facts: seenOf(anyFacts),
      schedules: seenOf(anySchedules(name)),
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
  .tuple(fc.constantFrom(0, 1, 12), fc.constantFrom(0, 1, 3), maybe(task), fc.constantFrom(0, 1, 5))
  .map<Workload>(([running, queued, oldestQueued, deferred]) => ({
    running,
    queued,
    deferred,
    failedRuns: 0,
    ...(oldestQueued === undefined ? {} : {oldestQueued}),
  }));

const importErrors = fc
  .array(
    fc.tuple(texts, texts).map<ImportError>(([file, trace]) => ({id: 1, file, atMs: nowMs, trace})),
    {maxLength: 3},
  )
  .map<Page<ImportError>>(items => ({items, total: items.length}));

const pools = fc
  .array(
    fc
      .record({
        name: texts,
        slots: fc.constantFrom(0, 3, 'unlimited' as const),
        open: fc.constantFrom(0, 2),
        queued: fc.nat(3),
        scheduled: fc.nat(2),
      })
      .map(changes => pool(changes)),
    {maxLength: 2},
  )
  .map<Page<Pool>>(items => ({items, total: items.length}));

const anyJob = fc
  .record({
    component: fc.constantFrom('scheduler' as const, 'triggerer' as const, 'other' as const),
    hostname: fc.oneof(fc.constantFrom('af-1', 'af-2'), texts),
    heartbeatAgeMs: durations,
  })
  .map(changes => job(changes));

const dagCount = fc
  .tuple(fc.constantFrom(0, 8, 9, 100), fc.constantFrom(0, 1, 50), durations)
  .map<DagCount>(([now, gone, ago]) => ({now, most: now + gone, mostAtMs: nowMs - ago}));

const cutOff = fc.record({
  ...{
    id: texts,
    path: fc.constant('/state/plans/1.result.jsonl'),
    host: texts,
    root: texts,
    atMs: fc.constant(nowMs - 60_000),
  },
  ...{files: fc.nat(), deleted: fc.nat(), freedBytes: fc.nat(), unsure: fc.nat()},
});
const loginTrial = fc
  .subarray(['admin', 'airflow'])
  .map<LoginTrial>(admitted => ({tried: ['admin', 'airflow'], admitted}));

/** Whatever may be seen of an installation, well or ill. */
export const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    airflow: maybe(seenOf(airflow)),
    version: maybe(fc.constantFrom('2.11.0', '3.3.2')),
    access: maybe(seenOf(fc.constantFrom('refused' as const, 'open' as const, 'denies-all' as const))),
    pageAccess: maybe(seenOf(fc.constantFrom('refused' as const, 'open' as const, 'all-admins' as const))),
    configExposure: maybe(seenOf(fc.constantFrom('closed' as const, 'masked' as const, 'open' as const))),
    pools: maybe(seenOf(pools)),
    jobs: maybe(seenOf(fc.array(anyJob, {maxLength: 3}))),
    dagCount: maybe(seenOf(dagCount)),
    loginTrial: maybe(seenOf(loginTrial)),
    cutOffs: maybe(seenOf(fc.array(cutOff, {maxLength: 2}))),
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
