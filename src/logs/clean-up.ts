import type {AirflowApi} from '../airflow/api.ts';
import type {Installation} from '../config/installation.ts';
import {type AgentOptions, withAgent} from '../host/agent.ts';
import type {Host} from '../host/host.ts';
import type {Operation, Plan} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {cutOff} from './clean-result.ts';
import {type Deletion, deletionSteps, type Walk} from './clean-steps.ts';
import {factsOf, freedNote, previewLines, stayLines, titleOf} from './clean-words.ts';
import {layoutOf} from './layout.ts';
import {type Listing, takeListing} from './listing.ts';
import {type CleanPlan, choose} from './plan.ts';
import type {PlanFolder} from './plan-folder.ts';
import {choosesNothing, namesUnder, type Rule, ruleWords} from './rule.ts';
import {type RunningTasks, runningTasks} from './running.ts';

/** Where an installation writes its logs, and as whom. */
export type LoggingPlaces = Pick<
  Installation,
  'runAs' | 'python' | 'logFolder' | 'otherLogFolders' | 'logTemplate' | 'dagFileLogFolders' | 'managerLog'
>;

/** What a clean-up needs of the open profile. */
export type CleanContext = {
  readonly host: Host;
  readonly installation: () => Promise<LoggingPlaces>;
  /** Absent where the profile names no API: then nobody tells which tasks run. */
  readonly airflow?: (() => Promise<AirflowApi>) | undefined;
  readonly folder: PlanFolder;
  /** The word that confirms every operation of a protected profile. */
  readonly protect?: string;
  readonly now: () => number;
};

/** Deletes logs by a rule, exactly those that the preview was made of. `listing`: what was found a moment ago, to choose from. */
export function cleanUp(context: CleanContext, rule: Rule, listing?: Listing): Operation {
  return {
    id: 'logs.clean',
    title: `Clean up the logs of ${context.host.name}`,
    plan: signal => planCleanUp(context, rule, deleted, listing, signal),
  };
}

/** What becomes of what a rule chooses. */
export type Fate = {
  readonly verb: string;
  readonly title: (host: string, root: string) => string;
  /** Looks whether it can be done, before anything is listed. What it returns is said in the preview. */
  readonly look: (found: LoggingPlaces, signal: AbortSignal) => Promise<Notes>;
  readonly walk: (deletion: Deletion) => Walk;
  /** For programs. */
  readonly facts: Readonly<Record<string, unknown>>;
};

/** `warningsOf`: of what was chosen. */
export type Notes = {
  readonly details: readonly string[];
  readonly warningsOf: (plan: CleanPlan) => readonly string[];
};

const deleted: Fate = {
  verb: 'delete',
  title: titleOf,
  look: async () => ({details: [], warningsOf: () => []}),
  walk: deletionSteps,
  facts: {},
};

/** A listing, and what a rule would choose from it. */
export type LogListing = {
  readonly listing: Listing;
  readonly choose: (rule: Rule, signal: AbortSignal) => Promise<CleanPlan>;
};

/** Walks the log folder, or what is marked in it, for somebody who tries several rules. The listing must be removed afterwards. */
export async function listLogs(
  context: CleanContext,
  marked: readonly string[],
  signal: AbortSignal,
  onProgress: (files: number) => void,
): Promise<LogListing> {
  const found = await context.installation();
  const under = namesUnder(found.logFolder, {under: marked});
  const [running, listing] = await Promise.all([
    runningTasks(context.airflow, signal),
    withAgent(context.host, agentOptions(found), agent =>
      takeListing(agent, found.logFolder, context.folder, {under, onProgress}, signal),
    ),
  ]);
  const layout = layoutOf(found.logFolder, found);
  return {listing, choose: (rule, stop) => choose(listing, {rule, layout, running: running.keys}, stop)};
}

export const agentOptions = ({runAs, python}: LoggingPlaces): AgentOptions => ({
  as: runAs,
  ...(python === undefined ? {} : {python}),
});

/** Younger files decide where runs are kept, or where it is not the age that chooses. */
const listedAge = ({olderThanMs, keepRunsPerDag, classes = []}: Rule): {olderThanMs?: number} =>
  olderThanMs === undefined || keepRunsPerDag || classes.includes('manager') ? {} : {olderThanMs};

/** The plan of what a rule chooses. */
export async function planCleanUp(
  context: CleanContext,
  rule: Rule,
  fate: Fate,
  given: Listing | undefined,
  signal: AbortSignal,
): Promise<Plan> {
  if (choosesNothing(rule)) throw new Problem('logs.nothing-chosen');
  const {host, folder, protect, now} = context;
  const found = await context.installation();
  const as = agentOptions(found);
  const [running, interrupted, notes] = await Promise.all([
    runningTasks(context.airflow, signal),
    cutOff(folder, host.name),
    fate.look(found, signal),
  ]);
  const listing =
    given ??
    (await withAgent(host, as, async agent => {
      await (await agent.lock(found.logFolder)).release();
      const options = {...listedAge(rule), under: namesUnder(found.logFolder, rule)};
      return takeListing(agent, found.logFolder, folder, options, signal);
    }));
  try {
    const id = folder.newId(now());
    const file = await folder.create(`${id}.plan`);
    const {root, device, inode, volume} = listing;
    await file.write({host: host.name, root, device, inode, rule, listedAtMs: listing.nowMs, madeAtMs: now()});
    const layout = layoutOf(found.logFolder, found);
    const options = {rule, layout, running: running.keys, into: file};
    const plan = await choose(listing, options, signal);
    await file.end();
    const isEmpty = plan.files + plan.directories + plan.emptied.files === 0;
    if (isEmpty) await file.remove();
    await folder.prune();
    const walk = fate.walk({host, as, layout, folder, id, file, plan, root, device, inode, now});
    return {
      title: fate.title(host.name, root),
      steps: isEmpty ? [] : walk.steps,
      details: [
        `By the rule: ${ruleWords(rule)}.`,
        ...notes.details,
        ...previewLines(plan, listing),
        ...(isEmpty ? [] : [freedNote(plan, volume)]),
      ],
      facts: {...factsOf(plan, listing, isEmpty ? undefined : file.path), ...fate.facts},
      warnings: [...stayLines(plan), ...notes.warningsOf(plan), ...warningsOf(listing, running, found), ...interrupted],
      verb: fate.verb,
      confirm: protect === undefined ? {by: 'key'} : {by: 'typing', word: protect},
      alternatives: [],
      touches: ['usage', 'folder', 'facts', 'volumes'],
      outcome: isEmpty ? () => 'Nothing had to go.' : walk.outcome,
    };
  } finally {
    if (given === undefined) await listing.remove();
  }
}

function warningsOf(
  {unreadable, unreadablePaths, hiddenProcesses}: Listing,
  {told}: RunningTasks,
  {otherLogFolders}: LoggingPlaces,
): readonly string[] {
  const [first] = unreadablePaths;
  return [
    ...(unreadable === 0
      ? []
      : [
          `${unreadable} folders cannot be read by the Airflow user and are left as they are${first === undefined ? '' : `: ${first}`}.`,
        ]),
    ...(told === undefined ? [] : [told]),
    ...(otherLogFolders.length === 0
      ? []
      : [`Airflow writes logs elsewhere, too, and they are left: ${otherLogFolders.join(', ')}.`]),
    ...(hiddenProcesses === 0
      ? []
      : ['What processes of other users have open is found out file by file, while it is deleted.']),
  ];
}
