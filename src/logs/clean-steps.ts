import {type AgentOptions, withAgent} from '../host/agent.ts';
import type {Volume} from '../host/agent-answers.ts';
import type {Deleted, LockedFolder} from '../host/agent-deletion.ts';
import type {Host} from '../host/host.ts';
import type {Step, StepContext} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import type {LineFile, PlanFolder} from '../profile/plan-folder.ts';
import {type Batch, Batches} from './batches.ts';
import {type CleanedHost, resultLines, Tally} from './clean-result.ts';
import {deletedWords, measuredWords, progressWords, stepText} from './clean-words.ts';
import type {CleanPlan} from './plan.ts';
import {quietMs} from './selection.ts';

export type Deletion = {
  readonly host: Host;
  readonly as: AgentOptions;
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

/** The agent ends a batch by itself after this time: a deletion whose connection has gone goes on for no longer. */
const budgetMs = 900;
/** Deletes, and measures what that brought. */
export function deletionSteps(deletion: Deletion): {readonly steps: readonly Step[]; readonly outcome: () => string} {
  const {host, as, plan, root} = deletion;
  let before: Volume | undefined;
  const tally = new Tally();
  let after: Volume | undefined;
  const remove: Step = {
    text: stepText(plan),
    note: typeof as.as === 'object' ? `as ${as.as.user}` : as.as === 'root' ? 'as root' : 'as the login user',
    run: step =>
      run(deletion, tally, step, volume => {
        before = volume;
      }),
  };
  const measure: Step = {
    text: 'measure the volume again',
    run: async () => {
      [after] = await withAgent(host, as, agent => agent.volumes([root]));
      const said = measuredWords(plan, tally, before, after);
      if (tally.of('p') + tally.of('f') + tally.of('s') > 0)
        throw new Problem('logs.partly', `${deletedWords(plan, tally)}. ${said}`);
      return said;
    },
  };
  return {
    steps: [remove, measure],
    outcome: () => `${deletedWords(plan, tally)}. The plan and what became of each file: ${deletion.file.path}`,
  };
}

async function run(
  deletion: Deletion,
  tally: Tally,
  {signal, say}: StepContext,
  onMeasured: (before: Volume | undefined) => void,
): Promise<string> {
  const {host, cleaned, as, folder, id, file, plan, root, now} = deletion;
  const result = folder.result(id);
  const lines = resultLines(result);
  const startedMs = now();
  lines.begin({
    ...cleaned,
    host: host.name,
    root,
    plan: file.path,
    files: plan.files,
    pid: process.pid,
    atMs: startedMs,
  });
  const batches = new Batches(file);
  let inDoubt = 0;
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
        await deleteAll(batches, locked, signal, {
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
        });
      } finally {
        signal.removeEventListener('abort', halt);
        await batches.end();
      }
    });
  } catch (error) {
    const why = error instanceof Problem ? error.code : 'a fault of windsock';
    lines.end('failed', why);
    if (!(error instanceof Problem) || error.code === 'logs.busy' || error.code === 'operation.changed') throw error;
    const doubt = inDoubt === 0 ? '' : `; of the ${inDoubt} that were sent last it is not known`;
    throw new Problem(error.code, `${deletedWords(plan, tally)}${doubt}. ${error.detail}`, {
      lines: [...error.lines, result.path],
    });
  }
  if (signal.aborted) {
    lines.end('cancelled');
    throw new Problem('operation.cancelled', deletedWords(plan, tally), {lines: [result.path]});
  }
  lines.end('done');
  return deletedWords(plan, tally);
}

type Watcher = {readonly onSending: (count: number) => void; readonly onAnswer: (answer: Deleted) => void};

/** So many batches are under way at once: the host has always something to do, and a second processor something as well. */
const atOnce = 2;

async function deleteAll(
  batches: Batches,
  locked: LockedFolder,
  signal: AbortSignal,
  {onSending, onAnswer}: Watcher,
): Promise<void> {
  const send = async ({groups, count}: Batch) => {
    onSending(count);
    const answer = await locked.delete(groups, {device: locked.device, quietMs, budgetMs});
    onAnswer(answer);
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
  await Promise.all(Array.from({length: atOnce}, worker));
  for (let batch = batches.last(); batch !== undefined && !signal.aborted; batch = batches.last()) await send(batch);
}
