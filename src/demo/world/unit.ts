import type {StoppableClock} from '../clock.ts';
import {chance, uuid} from './chance.ts';
import {type JournalEntry, messageIds} from './journal.ts';

export type DemoComponent = 'api-server' | 'scheduler' | 'dag-processor' | 'triggerer';

const STOP_MS = 600;
const START_MS = 1200;
const BREAKS_AFTER_MS = 400;

type UnitEvents = {
  /** systemd's own line about the unit. */
  systemdSays(unit: DemoUnit, line: Pick<JournalEntry, 'message' | 'atMs' | 'priority' | 'fields'>): void;
  /** A line of the unit's own process. */
  unitSays(unit: DemoUnit, message: string): void;
  /** The state or the substate changed. */
  changed(unit: DemoUnit): void;
  newPid(): number;
};

/** A unit of systemd that runs one component. Jobs on it run one after the other, as systemd's do. */
export class DemoUnit {
  readonly component: DemoComponent;
  readonly name: string;
  readonly description: string;
  state: 'active' | 'activating' | 'deactivating' | 'inactive' | 'failed' = 'active';
  sub = 'running';
  result: 'success' | 'signal' | 'exit-code' = 'success';
  mainPid: number;
  /** The last main process, also when it has ended. */
  lastPid: number;
  /** As waitid(2) says it: 0 still runs, 1 exited, 2 killed. */
  exitCode: 0 | 1 | 2 = 0;
  exitStatus = 0;
  memoryBytes: number;
  readonly restarts = 0;
  /** For tests: the last words with which its process ends soon after each start. */
  breaksWith: string | undefined;
  /** Another one after each start. */
  invocation: string;
  changedAt: number;
  activeEnterAt: number | undefined;
  activeExitAt: number | undefined;
  inactiveEnterAt: number | undefined;
  inactiveExitAt: number | undefined;
  readonly #clock: StoppableClock;
  readonly #events: UnitEvents;
  readonly #fullMemory: number;
  #jobs: Promise<unknown> = Promise.resolve();

  constructor(component: DemoComponent, memoryBytes: number, clock: StoppableClock, events: UnitEvents, since: number) {
    this.component = component;
    this.name = `airflow-${component}.service`;
    this.description = `Airflow ${component} daemon`;
    this.#clock = clock;
    this.#events = events;
    this.#fullMemory = memoryBytes;
    this.memoryBytes = memoryBytes;
    this.mainPid = events.newPid();
    this.lastPid = this.mainPid;
    this.changedAt = since;
    this.invocation = this.#newInvocation();
    this.inactiveExitAt = since - START_MS;
    this.activeEnterAt = since;
  }

  start(): Promise<void> {
    return this.#job(() => this.#start());
  }

  stop(): Promise<void> {
    return this.#job(() => this.#stop());
  }

  restart(): Promise<void> {
    return this.#job(async () => {
      await this.#stop();
      return this.#start();
    });
  }

  /** Its processes are ended with SIGKILL, from outside or by `at` long ago. */
  kill(at = this.#clock.now()): void {
    if (this.mainPid === 0) return;
    this.#end('signal', 2, 9, at);
    this.#saysItFailed('signal', {code: 'killed', status: 9, name: 'KILL'}, at);
    this.#to('failed', 'failed', at);
  }

  #break(): void {
    if (this.breaksWith === undefined || this.mainPid === 0) return;
    this.#events.unitSays(this, this.breaksWith);
    this.#end('exit-code', 1, 1, this.#clock.now());
    this.#saysItFailed('exit-code', {code: 'exited', status: 1, name: 'FAILURE'});
    this.#to('failed', 'failed');
  }

  resetFailed(): void {
    if (this.state === 'failed') this.#to('inactive', 'dead');
  }

  #job(run: () => Promise<void>): Promise<void> {
    const result = this.#jobs.then(run);
    this.#jobs = result;
    return result;
  }

  async #start(): Promise<void> {
    if (this.state === 'active') return;
    this.inactiveExitAt = this.#clock.now();
    this.invocation = this.#newInvocation();
    this.#say(`Starting ${this.name} - ${this.description}...`);
    this.#to('activating', 'start-pre');
    await this.#clock.wait(START_MS);
    this.mainPid = this.#events.newPid();
    this.lastPid = this.mainPid;
    this.exitCode = 0;
    this.exitStatus = 0;
    this.result = 'success';
    this.memoryBytes = Math.floor(this.#fullMemory * (0.55 + 0.1 * chance(String(this.mainPid))));
    this.activeEnterAt = this.#clock.now();
    this.#say(`Started ${this.name} - ${this.description}.`, {fields: {MESSAGE_ID: messageIds.started}});
    this.#to('active', 'running');
    if (this.breaksWith !== undefined) this.#clock.after(BREAKS_AFTER_MS, () => this.#break());
  }

  async #stop(): Promise<void> {
    if (this.state !== 'active') return;
    this.#say(`Stopping ${this.name} - ${this.description}...`);
    this.#to('deactivating', 'stop-sigterm');
    await this.#clock.wait(STOP_MS);
    // A kill came first.
    if (this.mainPid === 0) return;
    this.#end('success', 1, 0, this.#clock.now());
    this.#say(`${this.name}: Deactivated successfully.`, {fields: {MESSAGE_ID: messageIds.succeeded}});
    this.#say(`Stopped ${this.name} - ${this.description}.`, {fields: {MESSAGE_ID: messageIds.stopped}});
    this.#to('inactive', 'dead');
    return;
  }

  #end(result: DemoUnit['result'], code: 1 | 2, status: number, at: number): void {
    this.mainPid = 0;
    this.memoryBytes = 0;
    this.result = result;
    this.exitCode = code;
    this.exitStatus = status;
    this.activeExitAt = at;
    this.inactiveEnterAt = at;
  }

  #newInvocation(): string {
    return uuid(this.changedAt, `${this.name}/${this.lastPid}`).replaceAll('-', '');
  }

  #saysItFailed(
    result: DemoUnit['result'],
    exit: {readonly code: string; readonly status: number; readonly name: string},
    atMs = this.#clock.now(),
  ): void {
    this.#say(`${this.name}: Main process exited, code=${exit.code}, status=${exit.status}/${exit.name}`, {
      atMs,
      priority: 5,
      fields: {MESSAGE_ID: messageIds.exited, EXIT_CODE: exit.code, EXIT_STATUS: String(exit.status)},
    });
    this.#say(`${this.name}: Failed with result '${result}'.`, {
      atMs,
      priority: 4,
      fields: {MESSAGE_ID: messageIds.failed, UNIT_RESULT: result},
    });
  }

  #say(message: string, {atMs = this.#clock.now(), priority = 6, fields}: Partial<JournalEntry> = {}): void {
    this.#events.systemdSays(this, {message, atMs, priority, ...(fields === undefined ? {} : {fields})});
  }

  #to(state: DemoUnit['state'], sub: string, at = this.#clock.now()): void {
    this.state = state;
    this.sub = sub;
    this.changedAt = at;
    this.#events.changed(this);
  }
}
