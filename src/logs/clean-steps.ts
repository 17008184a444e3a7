import {type Agent, type AgentOptions, withAgent} from '../host/agent.ts';
import type {Volume} from '../host/agent-answers.ts';
import type {Deleted, DeleteOptions, LockedFolder, PlannedGroup} from '../host/agent-deletion.ts';
import type {Host} from '../host/host.ts';
import {runAsWords} from '../host/run-as-words.ts';
import type {Step, StepContext} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import type {LineFile, PlanFolder, ResultFile} from '../profile/plan-folder.ts';
import {type Batch, Batches} from './batches.ts';
import {type CleanedHost, resultLines, Tally} from './clean-result.ts';
import {deletedWords, measuredWords, progressWords, stepText} from './clean-words.ts';
import type {Layout} from './layout.ts';
import type {CleanPlan} from './plan.ts';
import {quietMs} from './selection.ts';

/** What is planned, and where it is written down. */
export type Deletion = {
  readonly host: Host;
  readonly as: AgentOptions;
  /** How the paths below `root` are read. */
  readonly layout: Layout;
  readonly folder: PlanFolder;
  readonly cleaned: CleanedHost;
  readonly id: string;
  readonly file: LineFile;
  readonly plan: CleanPlan;
  readonly root: string;
  readonly device: string;
  readonly inode: string;
  readonly now: () => number;
};

/** What is shown of a plan and done with it. */
export type Walk = {readonly steps: readonly Step[]; readonly outcome: () => string};

/** The agent ends a batch by itself after this time: a deletion whose connection has gone goes on for no longer. */
const budgetMs = 900;

/** Deletes, and measures what that brought. */
export function deletionSteps(deletion: Deletion): Walk {
  const {plan} = deletion;
  const tally = new Tally();
  const said = () => deletedWords(plan, tally);
  return walkOf(deletion, tally, {
    text: stepText(plan),
    said,
    run: (work, step) => deleteAll(new Batches(deletion.file), work.locked, step.signal, work.watcher),
  });
}

/** Something that is done with the locked folder, and ends with fewer files in it. */
export type Deed = {
  readonly text: string;
  /** What was achieved so far. */
  readonly said: () => string;
  /** For the result file. */
  readonly into?: string;
  readonly run: (work: Work, step: StepContext) => Promise<void>;
};

/** The locked folder, and who writes down what becomes of it. */
export type Work = {
  readonly agent: Agent;
  readonly locked: LockedFolder;
  readonly result: ResultFile;
  readonly watcher: Watcher;
  readonly startedMs: number;
};

/** Does it, and measures what that brought. */
export function walkOf(deletion: Deletion, tally: Tally, deed: Deed): Walk {
  const {host, as, plan, root} = deletion;
  let before: Volume | undefined;
  let after: Volume | undefined;
  const remove: Step = {
    text: deed.text,
    note: runAsWords(as.as),
    run: step =>
      run(deletion, tally, deed, step, volume => {
        before = volume;
      }),
  };
  const measure: Step = {
    text: 'measure the volume again',
    run: async () => {
      [after] = await withAgent(host, as, agent => agent.volumes([root]));
      const said = measuredWords(plan, tally, before, after);
      if (tally.of('p') + tally.of('f') + tally.of('s') > 0)
        throw new Problem('logs.partly', `${deed.said()}. ${said}`);
      return said;
    },
  };
  return {
    steps: [remove, measure],
    outcome: () => `${deed.said()}. The plan and what became of each file: ${deletion.file.path}`,
  };
}

async function run(
  deletion: Deletion,
  tally: Tally,
  deed: Deed,
  step: StepContext,
  onMeasured: (before: Volume | undefined) => void,
): Promise<string> {
  const {host, cleaned, as, folder, id, file, plan, root, now} = deletion;
  const {signal, say} = step;
  const result = folder.result(id);
  const lines = resultLines(result);
  const startedMs = now();
  const {into} = deed;
  const begun = {
    ...cleaned,
    host: host.name,
    root,
    plan: file.path,
    files: plan.files,
    pid: process.pid,
    atMs: startedMs,
  };
  lines.begin({...begun, ...(into === undefined ? {} : {into})});
  let inDoubt = 0;
  const watcher: Watcher = {
    onSending: count => {
      inDoubt += count;
      lines.sending(count);
    },
    onAnswer: ({outcomes, freedBytes, errors}) => {
      inDoubt -= outcomes.length;
      lines.batch(outcomes, freedBytes, errors);
      tally.add(outcomes, freedBytes);
      say(progressWords(plan, tally, now() - startedMs));
    },
  };
  try {
    await withAgent(host, as, async agent => {
      const locked = await agent.lock(root);
      if (locked.device !== deletion.device || locked.inode !== deletion.inode) {
        throw new Problem('operation.changed', `${root} is another folder now`);
      }
      const [before] = await agent.volumes([root]);
      onMeasured(before);
      const halt = () => void locked.halt().catch(() => {});
      signal.addEventListener('abort', halt, {once: true});
      try {
        await deed.run({agent, locked, result, watcher, startedMs}, step);
      } finally {
        signal.removeEventListener('abort', halt);
      }
    });
  } catch (error) {
    const why = error instanceof Problem ? error.code : 'a fault of windsock';
    lines.end('failed', why);
    if (!(error instanceof Problem) || error.code === 'logs.busy' || error.code === 'operation.changed') throw error;
    const doubt = inDoubt === 0 ? '' : `; of the ${inDoubt} that were sent last it is not known`;
    throw new Problem(error.code, `${deed.said()}${doubt}. ${error.detail}`, {
      lines: [...error.lines, result.path],
    });
  }
  if (signal.aborted) {
    lines.end('cancelled');
    throw new Problem('operation.cancelled', deed.said(), {lines: [result.path]});
  }
  lines.end('done');
  return deed.said();
}

export type Watcher = {
  readonly onSending: (count: number) => void;
  readonly onAnswer: (answer: Deleted, groups: readonly PlannedGroup[]) => void;
};

/** So many batches are under way at once: the host has always something to do, and a second processor something as well. */
const atOnce = 2;

/** Sends what is planned in batches, and hears what became of it. */
export async function deleteAll(
  batches: Batches,
  locked: LockedFolder,
  signal: AbortSignal,
  {onSending, onAnswer}: Watcher,
  options: Pick<DeleteOptions, 'apart'> = {},
): Promise<void> {
  const send = async ({groups, count}: Batch) => {
    onSending(count);
    const answer = await locked.delete(groups, {device: locked.device, quietMs, budgetMs, ...options});
    onAnswer(answer, groups);
    batches.done({groups, count}, answer);
  };
  // One at a time reads from the plan.
  let reading: Promise<unknown> = Promise.resolve();
  const take = (): Promise<Batch | undefined> => {
    const next = reading.then(() => (signal.aborted ? undefined : batches.next()));
    reading = next;
    return next;
  };
  const worker = async () => {
    for (let batch = await take(); batch !== undefined; batch = await take()) await send(batch);
  };
  try {
    await Promise.all(Array.from({length: atOnce}, worker));
    for (let batch = batches.last(); batch !== undefined && !signal.aborted; batch = batches.last()) await send(batch);
  } finally {
    await batches.end();
  }
}
