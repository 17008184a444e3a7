import type {LogClass} from './layout.ts';

/** Each class of logs in words: as a row of a table, and in a sentence. */
export const classWords: Readonly<Record<LogClass, {readonly row: string; readonly logs: string}>> = {
  task: {row: 'task logs', logs: 'task logs'},
  'dag-file': {row: 'logs per DAG file', logs: 'logs of DAG files'},
  manager: {row: 'dag_processor_manager', logs: 'manager logs'},
  triggerer: {row: 'triggerer', logs: 'triggerer logs'},
  webserver: {row: 'web server', logs: 'web server logs'},
  component: {row: 'other components', logs: 'logs of other components'},
  unknown: {row: 'not understood', logs: 'not understood'},
};

/** Those that a clean-up can be asked for. */
export const cleanedClasses = (Object.keys(classWords) as LogClass[]).filter(name => name !== 'unknown');
