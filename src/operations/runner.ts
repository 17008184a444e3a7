import {createStore, type StoreApi} from 'zustand/vanilla';
import {expectProblem, Problem} from '../problems/problem.ts';
import {type Confirmed, type Execute, execute, type Progress} from './execute.ts';
import type {Operation, Plan, Report} from './operation.ts';

export type Stage =
  | {readonly at: 'idle'}
  | {readonly at: 'planning'; readonly title: string}
  | {
      readonly at: 'confirming';
      readonly operation: Operation;
      readonly plan: Plan;
      /** False until the preview is on the screen: presses that came before are dropped. */
      readonly shown: boolean;
      readonly typed: string;
    }
  | {readonly at: 'running'; readonly operation: Operation; readonly plan: Plan; readonly progress: Progress}
  | {readonly at: 'reported'; readonly plan: Plan; readonly report: Report}
  | {readonly at: 'stopped'; readonly title: string; readonly problem: Problem};

export type RunnerOptions = {
  readonly readOnly: boolean;
  /** Walks the steps of a plan. Default: and keeps no record. */
  readonly execute?: Execute;
  /** Told the names of the queries that are out of date, after a run whatever its outcome. */
  readonly onTouched: (touches: readonly string[]) => void;
  /** A failure that is no `Problem`. */
  readonly onBug: (error: unknown) => void;
};

const unrecorded: Execute = ({operation, plan, signal, onProgress}) => execute(operation.id, plan, signal, onProgress);

/** Runs one operation at a time: plan → preview → confirm → steps → report. */
export class Runner {
  readonly stage: StoreApi<Stage> = createStore<Stage>(() => ({at: 'idle'}));
  readonly #options: RunnerOptions;
  #undo: Operation | undefined;
  /** When the preview was on the screen, by performance.now(). */
  #shownAtMs = Number.POSITIVE_INFINITY;
  #abort = new AbortController();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  get readOnly(): boolean {
    return this.#options.readOnly;
  }

  /** What takes back the operation that ran last; undefined when there is none, or it cannot be. */
  lastUndo(): Operation | undefined {
    return this.#undo;
  }

  /** Why nothing can be proposed now, or undefined. */
  busy(): string | undefined {
    const {at} = this.stage.getState();
    if (at === 'running' || at === 'planning' || at === 'confirming') return 'Another operation is open';
    return undefined;
  }

  /** Plans the operation and shows its preview. Does nothing while another is planned, open or running. */
  async propose(operation: Operation): Promise<void> {
    if (this.busy() !== undefined) return;
    await this.#plan(operation);
  }

  /** Replaces the preview by the one of another way to do it. Like `confirm` it drops a press that arrived before the preview. */
  async choose(key: string, pressedAtMs = Number.POSITIVE_INFINITY): Promise<void> {
    const stage = this.stage.getState();
    if (stage.at !== 'confirming' || !stage.shown || pressedAtMs < this.#shownAtMs) return;
    const chosen = stage.plan.alternatives.find(alternative => alternative.key === key);
    if (chosen !== undefined) await this.#plan(chosen.operation);
  }

  /** The preview is on the screen, to its end. */
  shown(plan: Plan): void {
    const stage = this.stage.getState();
    if (stage.at === 'confirming' && stage.plan === plan && !stage.shown) {
      this.#shownAtMs = performance.now();
      this.stage.setState({...stage, shown: true});
    }
  }

  /** Letters typed towards the confirming word. The whole word confirms. */
  type(typed: string, pressedAtMs = Number.POSITIVE_INFINITY): void {
    const stage = this.stage.getState();
    if (stage.at !== 'confirming' || !stage.shown || stage.plan.confirm.by !== 'typing') return;
    if (pressedAtMs < this.#shownAtMs) return;
    this.stage.setState({...stage, typed});
    if (typed === stage.plan.confirm.word) void this.#run(stage.operation, stage.plan, 'typed');
  }

  /** Why `y` does nothing now, or undefined. */
  cannotConfirm(): string | undefined {
    const stage = this.stage.getState();
    if (stage.at !== 'confirming' || !stage.shown) return 'Read the preview first, to its end';
    if (stage.plan.blocked !== undefined) return stage.plan.blocked.title;
    if (stage.plan.steps.length === 0) return 'There is nothing to do';
    if (this.#options.readOnly) return new Problem('operation.read-only').title;
    if (stage.plan.confirm.by === 'typing') return `Type ${stage.plan.confirm.word} to confirm`;
    return undefined;
  }

  /** Does what the preview shows. A press that arrived before it could be read is dropped. */
  async confirm(pressedAtMs = Number.POSITIVE_INFINITY): Promise<void> {
    const stage = this.stage.getState();
    if (stage.at !== 'confirming' || this.cannotConfirm() !== undefined || pressedAtMs < this.#shownAtMs) return;
    await this.#run(stage.operation, stage.plan, 'y');
  }

  /** Ends what runs at the next possible point, or leaves a preview or a plan that is being made. */
  cancel(): void {
    const {at} = this.stage.getState();
    this.#abort.abort();
    if (at !== 'running') this.stage.setState({at: 'idle'}, true);
  }

  /** Leaves a report or a problem. */
  dismiss(): void {
    const {at} = this.stage.getState();
    if (at === 'reported' || at === 'stopped') this.stage.setState({at: 'idle'}, true);
  }

  async #plan(operation: Operation): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.stage.setState({at: 'planning', title: operation.title}, true);
    try {
      const plan = await operation.plan(abort.signal);
      if (abort.signal.aborted) return;
      this.stage.setState({at: 'confirming', operation, plan, shown: false, typed: ''}, true);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#stopped(operation.title, error);
    }
  }

  async #run(operation: Operation, plan: Plan, confirmed: Confirmed): Promise<void> {
    if (plan.blocked !== undefined || this.#options.readOnly) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.stage.setState({at: 'running', operation, plan, progress: {results: []}}, true);
    try {
      const onProgress = (progress: Progress) => {
        const stage = this.stage.getState();
        if (stage.at === 'running') this.stage.setState({...stage, progress}, true);
      };
      const run = this.#options.execute ?? unrecorded;
      const report = await run({operation, plan, confirmed, signal: abort.signal, onProgress});
      this.#undo = report.undo;
      this.stage.setState({at: 'reported', plan, report}, true);
    } catch (error) {
      this.#stopped(plan.title, error);
    } finally {
      this.#options.onTouched(plan.touches);
    }
  }

  #stopped(title: string, error: unknown): void {
    try {
      this.stage.setState({at: 'stopped', title, problem: expectProblem(error)}, true);
    } catch (bug) {
      this.stage.setState({at: 'idle'}, true);
      this.#options.onBug(bug);
    }
  }
}
