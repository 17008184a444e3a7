import {asAirflow} from '../../config/as-airflow.ts';
import type {Installation} from '../../config/installation.ts';
import {type AgentOptions, withAgent} from '../../host/agent.ts';
import {runAsWords} from '../../host/run-as-words.ts';
import {confirmation} from '../../operations/confirmation.ts';
import type {Operation, Plan, Step} from '../../operations/operation.ts';
import {Problem} from '../../problems/problem.ts';
import {oneLine} from '../../text.ts';
import {factsOf, previewLines, stepText} from '../clean-words.ts';
import {layoutOf} from '../layout.ts';
import {takeListing} from '../listing.ts';
import {type CleanPlan, choose} from '../plan.ts';
import {asRoot, type ScheduleContext} from './context.ts';
import {dagSteps} from './dag-steps.ts';
import {filesOf, mainPaths} from './files.ts';
import {type HostTools, lacking, mayPlace, readTools} from './host-tools.ts';
import {nobodyToImport} from './import-check.ts';
import {type Placed, readPlaced} from './placed.ts';
import {cronSteps, logrotateSteps, timerSteps} from './root-steps.ts';
import {type MadeFile, type Schedule, scheduleWords, type Vessel, vessels, vesselWords} from './schedule.ts';
import {takeOff} from './take-off.ts';

/** Makes a rule run by itself every day, and runs it once. */
export function putOn(context: ScheduleContext, schedule: Schedule): Operation {
  return {
    id: 'logs.schedule',
    title: `Clean up the logs of ${context.host.name} every day`,
    plan: signal => planPut(context, schedule, signal),
  };
}

async function planPut(context: ScheduleContext, schedule: Schedule, signal: AbortSignal): Promise<Plan> {
  const {host, protect} = context;
  const {vessel} = schedule;
  const installation = await context.installation();
  const tools = await readTools(host, installation.user, signal);
  const files = filesOf(schedule, installation, tools);
  const as = vessel === 'dag' ? asAirflow(installation) : asRoot;
  const there = await readThere(context, schedule, files, installation, signal);
  const now = vessel === 'logrotate' ? undefined : await chosenNow(context, schedule, installation, signal);
  const changed = files.filter(({path, text}) => there.get(path)?.text !== text);
  const steps = stepsOf(context, schedule, {installation, files, place: placing(context, as, changed, there)});
  const blocked = await refusalOf(context, schedule, {files, there, tools, installation}, signal);
  return {
    title: `${titles[vessel]} on ${host.name}: ${oneLine(scheduleWords(schedule), 200)}`,
    steps,
    details: [
      ...(now === undefined
        ? []
        : ['The first run, at once, deletes what is old enough then; now that is:', ...now.lines]),
      ...(blocked === undefined ? files.flatMap(file => fileLines(file, there.get(file.path))) : []),
    ],
    facts: {
      schedule: {name: schedule.name, vessel, words: scheduleWords(schedule)},
      files: files.map(({path, text, mode}) => ({path, text, mode: mode.toString(8)})),
      ...(now === undefined ? {} : {firstRun: now.facts}),
    },
    warnings: warningsOf(context, schedule, {installation, files, there}),
    verb: 'schedule',
    confirm: confirmation(protect),
    alternatives: [],
    touches: ['schedules', 'usage', 'folder', 'volumes', 'facts', 'dags'],
    ...(blocked === undefined ? {} : {blocked}),
    undo: () => takeOff(context, schedule.name, vessel),
    outcome: () => `It runs by itself from now on: ${scheduleWords(schedule)}.`,
  };
}

const titles: Readonly<Record<Vessel, string>> = {
  dag: 'A clean-up DAG',
  timer: 'A clean-up timer',
  cron: 'A clean-up cron line',
  logrotate: 'A rule of logrotate',
};

/** The files of this schedule, and of others of its name. */
async function readThere(
  {host}: ScheduleContext,
  {name}: Schedule,
  files: readonly MadeFile[],
  installation: Installation,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Placed>> {
  const main = mainPaths(name, installation.dagsFolder);
  const {dag, ...others} = main;
  const ofRoot = new Set([...Object.values(others), ...files.map(({path}) => path)]);
  ofRoot.delete(dag);
  const [ofAirflow, rest] = await Promise.all([
    readPlaced(host, asAirflow(installation), [dag], signal),
    readPlaced(host, {as: 'login'}, [...ofRoot], signal),
  ]);
  return new Map([...ofAirflow, ...rest]);
}

/** What the rule chooses at this moment, in the words of `logs clean`. */
async function chosenNow(
  {host, folder}: ScheduleContext,
  {rule}: Schedule,
  installation: Installation,
  signal: AbortSignal,
): Promise<{readonly lines: readonly string[]; readonly facts: Readonly<Record<string, unknown>>}> {
  const {olderThanMs} = rule;
  const layout = layoutOf(installation.logFolder, installation);
  const listing = await withAgent(host, asAirflow(installation), agent =>
    takeListing(agent, installation.logFolder, folder, olderThanMs === undefined ? {} : {olderThanMs}, signal),
  );
  try {
    const plan: CleanPlan = await choose(listing, {rule, layout}, signal);
    const isNothing = plan.files + plan.directories === 0;
    return {
      lines: isNothing ? ['nothing'] : [stepText(plan), ...previewLines(plan, listing)],
      facts: factsOf(plan, listing, undefined),
    };
  } finally {
    await listing.remove();
  }
}

function fileLines({path, text}: MadeFile, there: Placed | undefined): readonly string[] {
  if (there?.text === text) return ['', `${path} is there already, the same.`];
  return [
    '',
    `${path}${there === undefined ? '' : ' (in place of what is there)'}:`,
    ...text
      .trimEnd()
      .split('\n')
      .map(line => `  ${line}`),
  ];
}

function placing(
  {host}: ScheduleContext,
  as: AgentOptions,
  files: readonly MadeFile[],
  there: ReadonlyMap<string, Placed>,
): readonly Step[] {
  return files.map(({path, text, mode}) => ({
    text: `write ${path}`,
    note: runAsWords(as.as),
    run: async () => {
      const file = {path, content: Buffer.from(text), mode};
      await withAgent(host, as, agent => agent.place(file, there.get(path)?.sha256));
      return undefined;
    },
  }));
}

type Parts = {
  readonly installation: Installation;
  readonly files: readonly MadeFile[];
  readonly place: readonly Step[];
};

function stepsOf(context: ScheduleContext, schedule: Schedule, parts: Parts): readonly Step[] {
  const {vessel} = schedule;
  if (vessel === 'dag') return dagSteps(context, schedule, parts);
  if (vessel === 'timer') return [...parts.place, ...timerSteps(context, schedule)];
  if (vessel === 'cron') return [...parts.place, ...cronSteps(context, schedule, parts)];
  return [...parts.place, ...logrotateSteps(context, parts)];
}

type Seen = {
  readonly files: readonly MadeFile[];
  readonly there: ReadonlyMap<string, Placed>;
  readonly tools: HostTools;
  readonly installation: Installation;
};

async function refusalOf(
  {host}: ScheduleContext,
  {name, vessel}: Schedule,
  {files, there, tools, installation}: Seen,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const missing = lacking(vessel, tools);
  if (missing !== undefined) return new Problem('operation.refused', `${host.name}: ${missing}`);
  const foreign = files.find(({path}) => there.has(path) && there.get(path)?.stamp === undefined);
  if (foreign !== undefined)
    return new Problem(
      'operation.refused',
      `${foreign.path} is there, and windsock did not make it; take another --name`,
    );
  const main = mainPaths(name, installation.dagsFolder);
  const other = vessels.find(each => each !== vessel && there.has(main[each]));
  if (other !== undefined)
    return new Problem(
      'operation.refused',
      `${name} runs as a ${vesselWords[other]} already (${main[other]}). It is taken back by: windsock logs schedule remove ${name} --as ${other}`,
    );
  const as = vessel === 'dag' ? installation.runAs : ('root' as const);
  // Who may not place them can hand them to somebody who may.
  const lines = files.flatMap(file => [...fileLines(file, undefined), `  (mode ${file.mode.toString(8)})`]);
  if (!(await mayPlace(host, as))) {
    const user = await host.loginUser();
    const whom = vessel === 'dag' ? installation.user : 'root';
    return new Problem('host.not-permitted', `${user} on ${host.name} may not run something as ${whom}`, {lines});
  }
  const unread = vessel === 'dag' ? await nobodyToImport(host, installation, signal) : undefined;
  return unread === undefined ? undefined : new Problem('operation.refused', unread, {lines});
}

function warningsOf(
  {hosts, airflow}: ScheduleContext,
  {vessel}: Schedule,
  {files, there, installation}: Pick<Seen, 'files' | 'there' | 'installation'>,
): readonly string[] {
  const touched = files.filter(({path}) => there.get(path)?.stamp?.isUntouched === false);
  const {logFolder, otherLogFolders, settings} = installation;
  const executor = settings.find(each => each.section === 'core' && each.option === 'executor')?.value ?? '';
  const isSpread = hosts > 1 || /celery|kubernetes|dask|edge/i.test(executor);
  return [
    ...touched.map(({path}) => `${path} was changed by hand since windsock placed it: those changes are lost.`),
    ...(vessel === 'logrotate'
      ? ['What is written between the copy and the emptying of a log is lost: that is how copytruncate works.']
      : [
          'It does not ask Airflow which tasks run. A log that nobody wrote to for so long goes, unless a process has it open.',
        ]),
    ...(vessel === 'dag' && isSpread
      ? ['A DAG runs on one worker: the logs of other hosts stay. There a timer does it.']
      : []),
    ...(vessel === 'dag' && airflow === undefined
      ? ['The profile names no API: nobody waits for the DAG, unpauses it and sees its first run.']
      : []),
    ...(vessel === 'dag'
      ? ['Airflow has to run for it: while it stands nothing is deleted. A timer does not need it.']
      : []),
    ...(vessel !== 'logrotate' && otherLogFolders.length > 0
      ? [
          `It cleans up ${oneLine(logFolder, 200)} alone. Airflow writes logs to ${oneLine(otherLogFolders.join(' and '), 300)}, too: those stay until logs clean --folder takes them.`,
        ]
      : []),
  ];
}
