import type {Problem} from '../problems/problem.ts';

/** Something that changes Airflow or a host. `plan` only reads. */
export type Operation = {
  /** Stable, for the record: "units.restart". */
  readonly id: string;
  /** "Restart airflow-scheduler on af-1". */
  readonly title: string;
  /** Throws `Problem` when it cannot even be planned. */
  plan(signal: AbortSignal): Promise<Plan>;
};

export type Plan = {
  readonly title: string;
  /** The preview lists these and the run walks these: what is shown is what is done. */
  readonly steps: readonly Step[];
  /** What it is about, in lines that are shown between the steps and the warnings. */
  readonly details?: readonly string[];
  /** The same for programs: `--json` gives it. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** What else happens: tasks that end, runs that start, rows that a filter hides. */
  readonly warnings: readonly string[];
  /** The verb beside the confirming key: "restart". */
  readonly verb: string;
  readonly confirm: Confirmation;
  /** Why it cannot be done; its lines are shown whole (sudoers rules). Nothing can be confirmed then. */
  readonly blocked?: Problem;
  /** Other ways to do it, each under a small letter in the preview. */
  readonly alternatives: readonly Alternative[];
  /** Names of the queries whose answers are then out of date. */
  readonly touches: readonly string[];
  /**
   * What takes back the steps that were done, planned anew when somebody wants it: with its own preview, warnings and rights.
   * Absent: it cannot be undone, and the preview says so. May return undefined when nothing of what was done can be.
   */
  readonly undo?: (done: readonly Step[]) => Operation | undefined;
  /** One sentence shown beside the report when all went well. */
  readonly outcome?: () => string | undefined;
};

/** Confirmed by `y`, or by typing a word where the profile or the plan says so. Never by Enter. */
export type Confirmation = {readonly by: 'key'} | {readonly by: 'typing'; readonly word: string};

export type Alternative = {readonly key: string; readonly label: string; readonly operation: Operation};

export type Step = {
  /** "Restart airflow-scheduler.service". */
  readonly text: string;
  /** What it may cost or on whose behalf it runs, right-aligned in the preview: "as root, by sudo". */
  readonly note?: string;
  /** Its failure keeps only the steps of the same group from being done: those of one host among several. */
  readonly group?: string;
  /** Known before it is run: why it will fail. The other groups have their plans. */
  readonly cannot?: Problem;
  /** It only watches: Esc leaves it, and what it watches goes on. */
  readonly leaves?: true;
  /**
   * Checks again what the plan found, then does it. Returns what it achieved, for the report.
   * Throws `Problem` when it could not; what it did then must have been nothing, or be said in the problem's detail.
   */
  run(context: StepContext): Promise<string | undefined>;
};

export type StepContext = {
  readonly signal: AbortSignal;
  /** Says what the step waits for, on the screen, as often as it likes. */
  readonly say: (text: string) => void;
};

export type StepResult = {
  readonly text: string;
  readonly outcome: 'done' | 'failed' | 'not-done';
  /** What the step achieved. */
  readonly said?: string;
  readonly tookMs: number;
  readonly problem?: Problem;
};

export type Report = {
  readonly operation: string;
  readonly title: string;
  readonly outcome: 'done' | 'failed' | 'cancelled';
  readonly results: readonly StepResult[];
  readonly summary?: string;
  readonly tookMs: number;
  /** Takes back what was done; absent when nothing can be. */
  readonly undo?: Operation;
};
