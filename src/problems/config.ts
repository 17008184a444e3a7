/** Expected failures of reading settings. */
export const configProblems = {
  'config.not-set': {
    title: 'This option is not set here',
    hint: 'Airflow takes its default, if it has such an option. "windsock config list" shows what is set.',
  },
} as const;
