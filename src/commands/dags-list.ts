import {oneLine} from '../text.ts';
import {type Command, exitCodes} from './command.ts';
import {columnsOf} from './print-table.ts';

export const dagsListCommand: Command = {
  path: ['dags', 'list'],
  summary: 'All DAGs with their state and next run',
  run: async ({console, json, print}) => {
    const {dags} = await console.live.ask(console.queries.dags);
    const sorted = dags.toSorted((a, b) => a.id.localeCompare(b.id));
    if (json) {
      print(
        JSON.stringify(
          sorted.map(({id, paused, owners, tags, schedule, nextRunAtMs, hasImportErrors}) => ({
            id,
            paused,
            owners,
            tags,
            schedule,
            hasImportErrors,
            ...(nextRunAtMs === undefined ? {} : {nextRunAt: new Date(nextRunAtMs).toISOString()}),
          })),
        ),
      );
      return exitCodes.ok;
    }
    const rows = sorted.map(dag => [
      oneLine(dag.id),
      dag.paused ? 'paused' : 'on',
      dag.nextRunAtMs === undefined ? '-' : new Date(dag.nextRunAtMs).toISOString(),
      oneLine(dag.owners.join(',')),
    ]);
    for (const line of columnsOf([['DAG', 'STATE', 'NEXT RUN', 'OWNERS'], ...rows])) print(line);
    return exitCodes.ok;
  },
};
