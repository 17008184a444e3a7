import type {AirflowApi} from '../airflow/api.ts';
import {asAirflow} from '../config/as-airflow.ts';
import type {Installation} from '../config/installation.ts';
import {withAgent} from '../host/agent.ts';
import type {Host} from '../host/host.ts';
import {confirmation} from '../operations/confirmation.ts';
import type {Operation, Plan} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import type {PlanFolder} from '../profile/plan-folder.ts';
import {oneLine} from '../text.ts';
import {age} from '../words.ts';
import {type CleanedHost, cutOffs, cutOffWords} from './clean-result.ts';
import {type Deletion, deletionSteps, type Walk} from './clean-steps.ts';
import {
  absentLines,
  factsOf,
  freedNote,
  previewLines,
  rotationLines,
  stayLines,
  titleOf,
  youngLines,
} from './clean-words.ts';
import {type FailedRuns, failedRuns} from './failed-runs.ts';
import {layoutOf} from './layout.ts';
import {type Listing, takeListing} from './listing.ts';
import {type CleanPlan, choose} from './plan.ts';
import {checkRule, namesUnder, type Rule, ruleWords} from './rule.ts';
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
  /** Absent where the profile names no API: then nobody tells which tasks run and which runs failed. */
  readonly airflow?: (() => Promise<AirflowApi>) | undefined;
  readonly folder: PlanFolder;
  readonly cleaned: CleanedHost;
  /** One of the log folders of the installation; absent: its `base_log_folder`. */
  readonly logFolder?: string;
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
  readonly look: (found: LoggingPlaces, root: string, signal: AbortSignal) => Promise<Notes>;
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
  const root = rootOf(context, found);
  const under = namesUnder(root, {under: marked});
  const [running, listing] = await Promise.all([
    runningTasks(context.airflow, signal),
    withAgent(context.host, asAirflow(found), agent =>
      takeListing(agent, root, context.folder, {under, onProgress}, signal),
    ),
  ]);
  const layout = layoutOf(root, found);
  const failed = new Map<string, Promise<FailedRuns | undefined>>();
  return {
    listing,
    choose: async (rule, stop) => {
      checkRule(rule);
      const wish = JSON.stringify([rule.failedOlderThanMs, rule.dagIds]);
      const asked = failed.get(wish) ?? failedOf(context, rule, signal);
      failed.set(wish, asked);
      return choose(listing, {rule, layout, running: running.keys, ...hasFailedOf(await asked)}, stop);
    },
  };
}

async function failedOf(
  {airflow, now}: CleanContext,
  {failedOlderThanMs, dagIds = []}: Rule,
  signal: AbortSignal,
): Promise<FailedRuns | undefined> {
  if (failedOlderThanMs === undefined) return undefined;
  return failedRuns(airflow, {failedOlderThanMs, dagIds, nowMs: now()}, signal);
}

const hasFailedOf = (failed: FailedRuns | undefined) => (failed === undefined ? {} : {hasFailed: failed.hasFailed});

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '');

function rootOf({logFolder: wanted}: CleanContext, {logFolder, otherLogFolders}: LoggingPlaces): string {
  const folders = [logFolder, ...otherLogFolders];
  const chosen =
    wanted === undefined ? logFolder : folders.find(folder => withoutSlash(folder) === withoutSlash(wanted));
  if (chosen === undefined) throw new Problem('logs.no-folder', `${wanted}; it writes to ${folders.join(', ')}`);
  return chosen;
}

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
  checkRule(rule);
  const {host, folder, cleaned, protect, now} = context;
  const found = await context.installation();
  const as = asAirflow(found);
  const chosen = rootOf(context, found);
  const [running, failed, interrupted, notes] = await Promise.all([
    runningTasks(context.airflow, signal),
    failedOf(context, rule, signal),
    cutOffs(folder, cleaned),
    fate.look(found, chosen, signal),
  ]);
  const listing =
    given ??
    (await withAgent(host, as, async agent => {
      await (await agent.lock(chosen)).release();
      const options = {...listedAge(rule), under: namesUnder(chosen, rule)};
      return takeListing(agent, chosen, folder, options, signal);
    }));
  try {
    const id = folder.newId(now());
    const file = await folder.create(`${id}.plan`);
    const {root, device, inode, volume} = listing;
    await file.write({host: host.name, root, device, inode, rule, listedAtMs: listing.nowMs, madeAtMs: now()});
    const layout = layoutOf(root, found);
    const options = {rule, layout, running: running.keys, into: file, ...hasFailedOf(failed)};
    const plan = await choose(listing, options, signal);
    await file.end();
    const isEmpty = plan.files + plan.directories + plan.emptied.files + plan.rotated.files === 0;
    if (isEmpty) await file.remove();
    await folder.prune();
    const walk = fate.walk({host, cleaned, as, layout, folder, id, file, plan, root, device, inode, now});
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
      warnings: [
        ...rotationLines(plan),
        ...absentLines(plan, rule),
        ...stayLines(plan),
        ...youngLines(plan),
        ...notes.warningsOf(plan),
        ...aheadLines(host.name, listing, now()),
        ...warningsOf(listing, [running, failed], found),
        ...interrupted.map(cut => `${cutOffWords(cut, now())} What it did is in ${cut.path}.`),
      ],
      verb: fate.verb,
      confirm: confirmation(protect),
      alternatives: [],
      touches: ['cut-offs', 'usage', 'folder', 'facts', 'volumes'],
      outcome: isEmpty ? () => 'Nothing had to go.' : walk.outcome,
    };
  } finally {
    if (given === undefined) await listing.remove();
  }
}

/** How far two clocks may differ. A listing of a while ago looks as if that of the host were behind. */
const clockMs = 3_600_000;

/** By a clock that is ahead every log is older than it is. */
const aheadLines = (host: string, {nowMs}: Listing, hereMs: number): readonly string[] =>
  nowMs - hereMs < clockMs
    ? []
    : [`The clock of ${host} is ${age(nowMs - hereMs)} ahead of this machine's: by it the logs are that much older.`];

function warningsOf(
  {root, unreadable, unreadablePaths, hiddenProcesses}: Listing,
  asked: readonly (RunningTasks | FailedRuns | undefined)[],
  {logFolder, otherLogFolders}: LoggingPlaces,
): readonly string[] {
  const others = [logFolder, ...otherLogFolders].filter(folder => folder !== root);
  const [first] = unreadablePaths;
  return [
    ...(unreadable === 0
      ? []
      : [
          `${unreadable === 1 ? 'A folder' : `${unreadable} folders`} cannot be read by the Airflow user and ${unreadable === 1 ? 'is' : 'are'} left${first === undefined ? '' : `: ${oneLine(first, 200)}`}.`,
        ]),
    ...asked.flatMap(each => each?.told ?? []),
    ...(others.length === 0 ? [] : [`Airflow writes logs elsewhere, too, and they are left: ${others.join(', ')}.`]),
    ...(hiddenProcesses === 0
      ? []
      : ['What processes of other users have open is found out file by file, while it is deleted.']),
  ];
}
