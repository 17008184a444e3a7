/**
 * What a directory directly below the log folder holds.
 * - `task logs`: `dag_id=…`, since 2.3
 * - `task logs, old layout`: named after the DAG alone, 1.10 to 2.2; any other directory may look like that, too
 * - `scheduler`: a log for each DAG file and day, 1.10 to 2.11; `dag_processor` since 3.0
 * - `dag_processor_manager`: one log that the DagFileProcessorManager holds open, 1.10 to 2.11
 */
export type LogClass =
  | 'task logs'
  | 'task logs, old layout'
  | 'scheduler'
  | 'dag_processor'
  | 'dag_processor_manager'
  | 'triggerer'
  | 'loose files'
  | 'other';

const components: ReadonlySet<string> = new Set<LogClass>([
  'scheduler',
  'dag_processor',
  'dag_processor_manager',
  'triggerer',
]);

/** Guesses by the name; '' stands for the files beside the directories. */
export function classOf(name: string): LogClass {
  if (name === '') return 'loose files';
  if (name.startsWith('dag_id=')) return 'task logs';
  if (components.has(name)) return name as LogClass;
  // What Airflow lets a DAG be named; `lost+found` is not.
  return /^(?!\.)[\p{L}\p{N}_.-]+$/u.test(name) ? 'task logs, old layout' : 'other';
}
