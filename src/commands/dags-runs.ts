import {oneLine} from '../text.ts';
import {age} from '../words.ts';
import {type Command, exitCodes} from './command.ts';
import {namedDags} from './named-dags.ts';
import {numberOf, positiveNumber} from './options.ts';
import {columnsOf} from './print-table.ts';
import {isoTime} from './times.ts';

const usualLimit = 25;

export const dagsRunsCommand: Command = {
  path: ['dags', 'runs'],
  summary: 'The newest runs of a DAG, the newest first',
  args: ['<dag>'],
  options: [{flags: '--limit <number>', description: `at most so many (${usualLimit})`, read: positiveNumber}],
  run: async (context, {args, options}) => {
    const [dagId = ''] = args;
    const api = await context.console.airflow();
    const {items, total} = await api.runs(dagId, numberOf(options.limit) ?? usualLimit);
    // Airflow 2 has no runs, and no objection, for a DAG that it does not know.
    if (items.length === 0) await namedDags(context, [dagId]);
    if (context.json) {
      const runs = items.map(({id, state, type, logicalAtMs, startedAtMs, endedAtMs, conf, note}) => ({
        id,
        state,
        type,
        ...isoTime('logicalAt', logicalAtMs),
        ...isoTime('startedAt', startedAtMs),
        ...isoTime('endedAt', endedAtMs),
        conf,
        ...(note === undefined ? {} : {note}),
      }));
      context.print(JSON.stringify(runs));
      return exitCodes.ok;
    }
    const nowMs = context.console.now();
    const rows = items.map(({id, state, type, startedAtMs, endedAtMs}) => [
      oneLine(id),
      state,
      oneLine(type),
      startedAtMs === undefined ? '-' : new Date(startedAtMs).toISOString(),
      startedAtMs === undefined ? '-' : age((endedAtMs ?? nowMs) - startedAtMs),
    ]);
    for (const line of columnsOf([['RUN', 'STATE', 'BY', 'STARTED', 'TOOK'], ...rows])) context.print(line);
    if (total > items.length) context.remark(`${total} runs in all; --limit shows more.`);
    return exitCodes.ok;
  },
};
