import {type Clock, StoppableClock} from '../clock.ts';
import {Heartbeat, type HeartbeatStatus} from './heartbeats.ts';
import {Jobs} from './jobs.ts';
import {Journal, type JournalEntry, messageIds} from './journal.ts';
import {pastRuns} from './past.ts';
import type {DemoRun, TaskInstance} from './run.ts';
import {Runs} from './runs.ts';
import {lastWords, sudoLines} from './sayings.ts';
import {Scheduler} from './scheduler.ts';
import {type DemoComponent, DemoUnit} from './unit.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MIB = 1024 * 1024;
const TICK_MS = 250;
/** The scheduler was killed this long before the demo begins. */
const DEAD_FOR_MS = 4 * MINUTE + 12_000;
/** Higher than Linux ever numbers a process: nothing of this machine can be meant. */
const FIRST_PID = 4_200_017;

type SystemdLine = Pick<JournalEntry, 'message' | 'atMs' | 'priority' | 'fields'>;

type WorldEvents = {
  /** A unit changed its state. */
  unit: (unit: DemoUnit) => void;
  /** What can be reached may have changed. */
  reach: () => void;
  /** A try of a task began or ended. */
  task: (run: DemoRun, task: TaskInstance) => void;
};

/** A small installation of Airflow 3.3 and the machine under it. Nothing of it is real but the times. */
export class World {
  readonly clock: StoppableClock;
  readonly startedAt: number;
  readonly journal = new Journal();
  readonly runs: Runs;
  readonly jobs = new Jobs();
  readonly units: ReadonlyMap<DemoComponent, DemoUnit>;
  readonly #refusing = new Set<'api' | 'host'>();
  readonly #heartbeats = new Map<DemoComponent, Heartbeat>();
  readonly #scheduler: Scheduler;
  readonly #listeners: {[K in keyof WorldEvents]: Set<WorldEvents[K]>} = {
    unit: new Set(),
    reach: new Set(),
    task: new Set(),
  };
  #lastPid = FIRST_PID;
  #cancelTick = () => {};

  constructor(clock: Clock) {
    this.clock = new StoppableClock(clock);
    this.startedAt = clock.now();
    const diedAt = this.startedAt - DEAD_FOR_MS;
    this.runs = new Runs(pastRuns(this.startedAt, diedAt));
    this.#scheduler = new Scheduler(
      this.runs,
      {
        says: message => this.#unitSays('scheduler', message),
        taskChanged: (run, task) => this.#tell('task', run, task),
        newPid: () => this.newPid(),
      },
      clock.speed,
    );
    const events = {
      systemdSays: ({name: unit, invocation}: DemoUnit, line: SystemdLine) =>
        this.journal.add({...line, unit, by: 'systemd', pid: 1, invocation}),
      unitSays: (unit: DemoUnit, message: string) => this.#unitSays(unit.component, message),
      changed: (unit: DemoUnit) => this.#unitChanged(unit),
      newPid: () => this.newPid(),
    };
    const unit = (component: DemoComponent, mib: number, upMs: number) =>
      [component, new DemoUnit(component, mib * MIB, this.clock, events, this.startedAt - upMs)] as const;
    this.units = new Map([
      unit('api-server', 412, 3 * DAY),
      unit('scheduler', 538, 2 * DAY),
      unit('dag-processor', 236, 3 * DAY),
      unit('triggerer', 118, 3 * DAY),
    ]);
    this.#rememberThePast(diedAt);
  }

  /** Ends all processes of the component with SIGKILL. */
  kill(component: DemoComponent): void {
    this.unit(component).kill();
  }

  unit(component: DemoComponent): DemoUnit {
    const unit = this.units.get(component);
    if (!unit) throw new Error(`the demo has no ${component}`);
    return unit;
  }

  heartbeat(component: DemoComponent): HeartbeatStatus {
    return this.#heartbeats.get(component)?.status() ?? {status: null, lastAt: undefined};
  }

  /** Whether the API takes connections. */
  apiListens(): boolean {
    return !this.#refusing.has('api') && this.unit('api-server').state === 'active';
  }

  /** Whether the host takes connections of SSH. */
  hostListens(): boolean {
    return !this.#refusing.has('host');
  }

  /** For tests: the API refuses connections though its unit is active, or the host cannot be reached. */
  refuse(which: 'api' | 'host', refuses: boolean): void {
    if (refuses) this.#refusing.add(which);
    else this.#refusing.delete(which);
    this.#tell('reach');
  }

  newPid(): number {
    this.#lastPid += 7;
    return this.#lastPid;
  }

  on<K extends keyof WorldEvents>(event: K, listener: WorldEvents[K]): () => void {
    this.#listeners[event].add(listener);
    return () => this.#listeners[event].delete(listener);
  }

  /** Nothing happens any more. */
  stop(): void {
    this.clock.stop();
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
  }

  #rememberThePast(diedAt: number): void {
    const words = lastWords(diedAt).map(({component, ...line}) => {
      const {mainPid: pid, name: unit, invocation} = this.unit(component);
      return {...line, unit, by: 'unit' as const, pid, invocation};
    });
    const starts = [...this.units.values()].map(({name: unit, description, invocation, activeEnterAt = 0}) => {
      const fields = {MESSAGE_ID: messageIds.started};
      const message = `Started ${unit} - ${description}.`;
      return {atMs: activeEnterAt, unit, by: 'systemd' as const, pid: 1, invocation, message, fields};
    });
    const commands = sudoLines(diedAt, this.unit('scheduler').activeEnterAt ?? diedAt);
    for (const entry of [...words, ...starts, ...commands].sort((a, b) => a.atMs - b.atMs)) this.journal.add(entry);
    for (const component of ['dag-processor', 'scheduler', 'triggerer'] as const) {
      const lastAt = component === 'scheduler' ? diedAt : this.startedAt - (component === 'triggerer' ? 3100 : 1400);
      const startedAt = this.unit(component).activeEnterAt ?? lastAt;
      const heartbeat = new Heartbeat(this.clock, this.jobs, component, {startedAt, lastAt}, () =>
        this.#reported(component),
      );
      this.#heartbeats.set(component, heartbeat);
      if (component !== 'scheduler') heartbeat.goOn();
    }
    this.unit('scheduler').kill(diedAt);
  }

  #reported(component: DemoComponent): void {
    if (component !== 'scheduler') return;
    this.#scheduler.begin(this.clock.now());
    this.#unitSays('scheduler', 'Starting the scheduler');
    this.#unitSays('scheduler', 'Adopting or resetting orphaned tasks for active dag runs');
    this.#tickLater();
  }

  #tickLater(): void {
    this.#cancelTick();
    this.#cancelTick = this.clock.after(TICK_MS, () => {
      this.#scheduler.tick(this.clock.now());
      this.#tickLater();
    });
  }

  #unitChanged(unit: DemoUnit): void {
    const heartbeat = this.#heartbeats.get(unit.component);
    if (unit.state === 'active') heartbeat?.begin();
    else if (unit.state === 'failed') heartbeat?.cease();
    else if (unit.state !== 'activating') heartbeat?.end();
    if (unit.component === 'scheduler') this.#cancelTick();
    this.#tell('unit', unit);
    this.#tell('reach');
  }

  #unitSays(component: DemoComponent, message: string): void {
    const {name: unit, mainPid: pid, invocation} = this.unit(component);
    this.journal.add({atMs: this.clock.now(), unit, by: 'unit', pid, message, invocation});
  }

  #tell<K extends keyof WorldEvents>(event: K, ...args: Parameters<WorldEvents[K]>): void {
    for (const listener of this.#listeners[event]) (listener as (...args: Parameters<WorldEvents[K]>) => void)(...args);
  }
}
