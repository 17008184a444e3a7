import type {FoundSchedule} from '../logs/schedule/found.ts';
import type {CleanUpDag} from '../logs/schedule/found-dags.ts';
import {expectProblem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {age} from '../words.ts';
import {askHosts, tellOfHost} from './ask-hosts.ts';
import {type Command, type CommandContext, exitCodes} from './command.ts';
import {textOf} from './options.ts';
import {columnsOf} from './print-table.ts';
import {isoTime} from './times.ts';

export const logsScheduleListCommand: Command = {
  path: ['logs', 'schedule', 'list'],
  summary: 'What cleans up logs by itself: DAGs, timers, cron lines, rules of logrotate, each with its last run',
  options: [{flags: '--host <host>', description: 'only this host'}],
  run: async (context, {options}) => {
    const {console, json, print} = context;
    const [dags, hosts] = await Promise.all([
      dagsOf(context),
      askHosts(context, ({schedules}) => schedules, textOf(options.host)),
    ]);
    const failed = hosts.flatMap(answer => ('problem' in answer ? [answer] : []));
    const nowMs = console.now();
    if (json) {
      const ofHosts = hosts.map(answer =>
        'problem' in answer ? answer : {host: answer.host, schedules: answer.value.found.map(foundJson)},
      );
      print(JSON.stringify({dags: 'problem' in dags ? dags : dags.map(dagJson), hosts: ofHosts}));
    } else {
      const rows = [
        ...('problem' in dags ? [] : dags.map(each => dagRow(each, nowMs))),
        ...hosts.flatMap(answer =>
          'problem' in answer ? [] : answer.value.found.map(each => foundRow(answer.host, each, nowMs)),
        ),
      ];
      for (const line of columnsOf([['KIND', 'NAME', 'WHERE', 'LAST RUN', 'RESULT', 'NEXT RUN'], ...rows])) print(line);
      if ('problem' in dags) tellOfHost(context, 'the API', dags.problem);
      for (const {host, problem} of failed) tellOfHost(context, host, problem);
    }
    return failed.length === 0 && !('problem' in dags) ? exitCodes.ok : exitCodes.failed;
  },
};

async function dagsOf({console}: CommandContext) {
  if (!console.hasApi) return [];
  try {
    return await console.live.ask(console.queries.cleanUpDags);
  } catch (error) {
    return {problem: expectProblem(error)};
  }
}

const ago = (atMs: number | undefined, nowMs: number): string =>
  atMs === undefined ? '–' : `${age(Math.max(0, nowMs - atMs))} ago`;
const ahead = (atMs: number | undefined, nowMs: number): string =>
  atMs === undefined ? '–' : atMs < nowMs ? `overdue by ${age(nowMs - atMs)}` : `in ${age(atMs - nowMs)}`;

const dagRow = ({dag, last}: CleanUpDag, nowMs: number): readonly string[] => [
  'dag',
  oneLine(dag.id, 60),
  'Airflow',
  ago(last?.endedAtMs ?? last?.startedAtMs, nowMs),
  last?.state ?? '–',
  dag.paused ? 'paused' : ahead(dag.nextRunAtMs, nowMs),
];

const foundRow = (host: string, found: FoundSchedule, nowMs: number): readonly string[] => [
  found.kind,
  found.name,
  host,
  ago(found.lastRunMs, nowMs),
  found.lastResult ?? '–',
  found.isOff === true ? 'off' : ahead(found.nextRunMs, nowMs),
];

const dagJson = ({dag, last}: CleanUpDag) => ({
  id: dag.id,
  paused: dag.paused,
  ...isoTime('nextRunAt', dag.nextRunAtMs),
  ...(last === undefined ? {} : {lastRun: last.id, lastResult: last.state}),
  ...isoTime('lastRunAt', last?.endedAtMs ?? last?.startedAtMs),
});

const foundJson = ({lastRunMs, nextRunMs, isOff, ...rest}: FoundSchedule) => ({
  ...rest,
  isOff: isOff === true,
  ...isoTime('lastRunAt', lastRunMs),
  ...isoTime('nextRunAt', nextRunMs),
});
