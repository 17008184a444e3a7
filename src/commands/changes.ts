import {kinds} from '../changes/change.ts';
import type {Entry} from '../changes/fold.ts';
import {moment} from '../changes/moment.ts';
import {sentence} from '../changes/sentence.ts';
import {signOf} from '../changes/sign.ts';
import {type Answer, gapSentence, timeLine} from '../changes/time-line.ts';
import {spanWords, windowsMs} from '../changes/windows.ts';
import {expectProblem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {type Command, exitCodes} from './command.ts';
import {duration, numberOf} from './options.ts';
import {columnsOf} from './print-table.ts';

export const changesCommand: Command = {
  path: ['changes'],
  summary:
    'What changed lately on the hosts: boots, failures, restarts, configuration, DAG files, packages; newest first',
  options: [{flags: '--since <age>', description: 'how far back: 90min, 24h, 7d (default 24h)', read: duration}],
  run: async ({console, json, print, remark}, {options}) => {
    const windowMs = numberOf(options.since) ?? windowsMs[0];
    const answers = await Promise.all(
      console.changes(windowMs).map(async ({whom, title, query}): Promise<Answer> => {
        try {
          return {whom, title, told: await console.live.ask(query), problem: undefined};
        } catch (error) {
          return {whom, title, told: undefined, problem: expectProblem(error)};
        }
      }),
    );
    const {entries, remarks, gaps} = timeLine(answers);
    if (json) {
      print(JSON.stringify({entries: entries.map(asJson), remarks, notKnown: gaps}));
    } else {
      const nowMs = console.now();
      const rows = entries.map(({atMs, host = 'Airflow', kind, text}) => [
        signOf(kind).text,
        moment(atMs, nowMs),
        host,
        kinds[kind].word,
        text,
      ]);
      if (rows.length === 0) print(`Nothing that windsock can see changed in the last ${spanWords(windowMs)}.`);
      for (const line of columnsOf(rows)) print(line);
      for (const line of [...remarks, ...gaps.map(gapSentence)]) remark(line);
    }
    return gaps.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};

const asJson = ({atMs, untilMs, host, kind, text, changes}: Entry) => ({
  at: new Date(atMs).toISOString(),
  until: new Date(untilMs).toISOString(),
  ...(host === undefined ? {} : {host}),
  kind,
  text,
  changes: changes.map(change => ({
    at: new Date(change.atMs).toISOString(),
    text: sentence([change]),
    ...(change.detail === undefined ? {} : {detail: oneLine(change.detail, 400)}),
  })),
});
