/** Expected failures of reading logs. */
export const readerProblems = {
  'reader.bad-pattern': {
    title: 'The regular expression is not valid',
    hint: 'Correct it, or search for plain text: without slashes around it.',
  },
  'reader.slow-pattern': {
    title: 'The regular expression takes too long',
    hint: 'Nested repetitions such as (a+)+ do: simplify it, or search for plain text.',
  },
  'reader.no-log': {
    title: 'There is no log of this try',
    hint: 'Its file may have been cleaned up, or the task has not started: look at its state, and at the other tries.',
  },
  'reader.unknown-target': {
    title: 'There is no such log',
    hint: 'Name an absolute path on a host, a unit of Airflow, or a DAG, a run and a task; units list shows the units.',
  },
  'reader.exists': {
    title: 'The file exists already',
    hint: 'Give another name: windsock overwrites nothing.',
  },
  'reader.cannot-save': {
    title: 'The file cannot be written',
    hint: 'Check the folder and the free space on this machine, or give another name.',
  },
} as const;
