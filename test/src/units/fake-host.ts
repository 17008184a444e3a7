import {PassThrough} from 'node:stream';
import type {ExecOptions, ExecResult, Host, HostStream, RunAs} from '../../../src/host/host.ts';
import type {UnitContext} from '../../../src/units/context.ts';
import type {Unit} from '../../../src/units/unit.ts';

/** A unit as it was seen, with what matters changed. */
export const unit = (changes: Partial<Unit>): Unit => ({
  name: 'airflow-scheduler.service',
  host: 'af-1',
  component: 'scheduler',
  state: 'active',
  subState: 'running',
  inStateMs: 60_000,
  mainPid: 100,
  memoryBytes: 1_000_000,
  restarts: 0,
  ended: undefined,
  stopTimeoutMs: 90_000,
  user: 'airflow',
  enabled: 'enabled',
  needsDaemonReload: false,
  tasks: [],
  ...changes,
});

/** Properties of a unit of the fake host, as systemctl prints them. */
export type FakeUnit = {
  state: string;
  sub: string;
  pid: number;
  restarts: number;
  result: string;
  code: number;
  status: number;
  command: string;
  load: string;
  extra: string;
};

/** A machine with a systemd of its own: it answers the commands that src/units sends, and changes its units as told. */
export class FakeHost implements Host {
  readonly name: string;
  readonly units = new Map<string, FakeUnit>();
  /** Lines of ps beside those of the units. */
  processes: string[] = [];
  cgroups: string[] = [];
  journal: string[] = [];
  /** What sudo lets through: "restart airflow-scheduler.service". Undefined: everything. */
  allowed: ReadonlySet<string> | undefined;
  sudoSays = '';
  /** The same, when sudo is told the password. */
  allowedByPassword: ReadonlySet<string> = new Set();
  login = 'ops';
  readonly ran: string[] = [];
  readonly probes: (readonly string[])[] = [];
  /** Replaces what a verb does to a unit. */
  on: (verb: string, unit: FakeUnit) => ExecResult | undefined = () => undefined;
  /** Called before each look at the units. */
  beforeLook: () => void = () => {};
  #nextPid = 200;

  constructor(name = 'af-1') {
    this.name = name;
  }

  add(name: string, changes: Partial<FakeUnit> = {}): FakeUnit {
    const component = /airflow-(.*)\.service/.exec(name)?.[1] ?? 'scheduler';
    const made: FakeUnit = {
      state: 'active',
      sub: 'running',
      pid: 100 + this.units.size,
      restarts: 0,
      result: 'success',
      code: 0,
      status: 0,
      command: `/opt/airflow/bin/airflow ${component}`,
      load: 'loaded',
      extra: '',
      ...changes,
    };
    this.units.set(name, made);
    return made;
  }

  loginUser = async () => this.login;
  state = () => ({at: 'up', sinceMs: 0}) as const;
  onState = () => () => {};
  tryNow = () => {};
  commandAs = (argv: readonly string[], as: RunAs) =>
    as === 'root' && this.login !== 'root' ? ['sudo', '-n', '--', ...argv] : argv;
  close() {}

  async exec(argv: readonly string[], {as = 'login', onlyAsk}: ExecOptions = {}): Promise<ExecResult> {
    const [program, second] = argv;
    if (onlyAsk) return {...ok(''), code: this.allowedByPassword.has(argv.slice(1).join(' ')) ? 0 : 1};
    if (program === 'sh' && argv[4] === 'sudo') return ok(this.#rights(argv.slice(5)));
    if (program === 'sh') return ok(this.#probe(argv.slice(4)));
    if (argv.includes('journalctl')) return ok(this.journal.join('\n'));
    if (as === 'root' && program === '/usr/bin/systemctl' && second !== undefined)
      return this.#change(second, argv[2] ?? '');
    throw new Error(`the fake host does not know ${argv.join(' ')}`);
  }

  stream = async (): Promise<HostStream> => {
    throw new Error('the fake host follows nothing');
  };

  #rights([, verb, ...names]: readonly string[]): string {
    return names
      .map(name => (this.#allows(`${verb} ${name}`) ? `0\t${name}\t` : `1\t${name}\t${this.sudoSays}`))
      .map(line => `${line}\n`)
      .join('');
  }

  #allows = (command: string) => this.allowed === undefined || this.allowed.has(command);

  #change(verb: string, name: string): ExecResult {
    this.ran.push(`${verb} ${name}`);
    const found = this.units.get(name.endsWith('.service') ? name : `${name}.service`);
    if (found === undefined) return {...ok(''), code: 5, stderr: `Failed to ${verb} ${name}: Unit not found.`};
    const other = this.on(verb, found);
    if (other !== undefined) return other;
    if (verb === 'stop') Object.assign(found, {state: 'inactive', sub: 'dead', pid: 0});
    else Object.assign(found, {state: 'active', sub: 'running', pid: this.#nextPid++, restarts: 0});
    return ok('');
  }

  #probe([all, ...names]: readonly string[]): string {
    this.beforeLook();
    this.probes.push(all === 'all' ? ['all'] : names);
    const asked = all === 'all' ? [...this.units.keys()] : names;
    const running = [...this.units].filter(([, {pid}]) => pid > 0);
    return [
      '#systemctl',
      '/usr/bin/systemctl',
      '#units',
      asked.map(name => show(name, this.units.get(name))).join('\n\n'),
      '#clock',
      '1000 000000000',
      '#processes',
      '      1       0    1000 11592 root                             /usr/lib/systemd/systemd',
      ...running.map(([, {pid, command}]) => ps(pid, 1, `/usr/bin/python ${command}`)),
      ...this.processes,
      '#cgroups',
      '/proc/1/cgroup:0::/init.scope',
      ...running.map(([name, {pid}]) => `/proc/${pid}/cgroup:0::/system.slice/${name}`),
      ...this.cgroups,
      '#scripts',
      '#end',
      '',
    ].join('\n');
  }
}

/** A line of ps: 60 s old, 100 MiB. */
export const ps = (pid: number, parent: number, title: string): string =>
  `${String(pid).padStart(7)} ${String(parent).padStart(7)}      60 102400 airflow                          ${title}`;

const ok = (stdout: string): ExecResult => ({code: 0, signal: undefined, stdout, stderr: ''});

function show(name: string, found: FakeUnit | undefined): string {
  if (found === undefined) return `Id=${name}\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nMainPID=0`;
  const argv = found.command;
  return [
    `MainPID=${found.pid}`,
    'TimeoutStopUSec=1min 30s',
    `Result=${found.result}`,
    `NRestarts=${found.restarts}`,
    `ExecMainCode=${found.code}`,
    `ExecMainStatus=${found.status}`,
    `ExecStart={ path=${argv.split(' ')[0]} ; argv[]=${argv} ; ignore_errors=no ; status=0/0 }`,
    'MemoryCurrent=[not set]',
    `Id=${name}`,
    `LoadState=${found.load}`,
    `ActiveState=${found.state}`,
    `SubState=${found.sub}`,
    'User=airflow',
    'UnitFileState=enabled',
    'StateChangeTimestamp=Thu 1970-01-01 00:16:30 UTC',
    'NeedDaemonReload=no',
    found.extra,
  ]
    .filter(line => line !== '')
    .join('\n');
}

/** A context whose time passes only when something waits. */
export function fakeContext(hosts: readonly Host[], more: Partial<UnitContext> = {}): UnitContext & {nowMs: number} {
  const context: UnitContext & {nowMs: number} = {
    nowMs: 1_800_000_000_000,
    host: (name: string) => {
      const host = hosts.find(candidate => candidate.name === name);
      if (host === undefined) throw new Error(`no host ${name}`);
      return host;
    },
    profileName: 'prod',
    now: () => context.nowMs,
    pause: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      context.nowMs += ms;
      await new Promise(setImmediate);
    },
    ...more,
  };
  return context;
}

/** A stream whose lines the test writes. */
export function fakeStream(): {
  readonly stream: HostStream;
  write(text: string): void;
  succeed(): void;
  finish(error?: Error): void;
} {
  const stdout = new PassThrough();
  const {promise, resolve, reject} = Promise.withResolvers<{code: number | undefined; signal: string | undefined}>();
  return {
    stream: {
      stdin: new PassThrough(),
      stdout,
      stderr: () => 'its last words',
      end: () => {
        stdout.end();
        resolve({code: undefined, signal: 'TERM'});
      },
      ended: promise,
    },
    write: text => stdout.write(text),
    succeed: () => {
      stdout.end();
      resolve({code: 0, signal: undefined});
    },
    finish: error => {
      stdout.end();
      if (error === undefined) resolve({code: 1, signal: undefined});
      else reject(error);
    },
  };
}
