import type {AirflowApi, TaskTry} from '../airflow/api.ts';
import {TextLog} from './text.ts';

/** Where Airflow keeps the log of a try below the log folder: since 2.3, and before. A custom template is not among them. */
export function taskLogPaths({dagId, runId, taskId, mapIndex, tryNumber}: TaskTry): readonly string[] {
  if ([dagId, runId, taskId].some(id => id === '' || id === '.' || id === '..' || id.includes('/'))) return [];
  const map = mapIndex === undefined ? '' : `map_index=${mapIndex}/`;
  const [, time] = /^[a-z_]+__(\d{4}-\d\d-\d\dT.*)$/.exec(runId) ?? [];
  return [
    `dag_id=${dagId}/run_id=${runId}/task_id=${taskId}/${map}attempt=${tryNumber}.log`,
    ...(time === undefined ? [] : [`${dagId}/${taskId}/${time}/${tryNumber}.log`]),
  ];
}

/** The log of a try as the API gives it, for where no host has its file. */
export function apiTaskLog(airflow: () => Promise<AirflowApi>, of: TaskTry): TextLog {
  let token: string | undefined;
  return new TextLog(taskTitle(of, ', by the API'), async signal => {
    const part = await (await airflow()).taskLog(of, token, signal);
    token = part.token;
    return {text: part.text, isOver: token === undefined};
  });
}

/** What tells it from others first: "load, try 2, on af-1: etl_daily / manual__…". */
export const taskTitle = ({dagId, runId, taskId, mapIndex, tryNumber}: TaskTry, where = ''): string =>
  `${taskId}${mapIndex === undefined ? '' : `[${mapIndex}]`}, try ${tryNumber}${where}: ${dagId} / ${runId}`;
