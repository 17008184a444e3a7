/** Expected failures of what is done with logs. */
export const logProblems = {
  'logs.busy': {
    title: 'Another clean-up of this log folder runs',
    hint: 'Nothing was deleted. Wait until it has ended; its process is named where the host tells.',
  },
  'logs.cannot-schedule': {
    title: 'This rule cannot run by itself on a schedule',
    hint: 'A schedule deletes by age, by class and by DAG alone; the rest wants somebody who sees the preview: logs clean.',
  },
  'logs.nothing-chosen': {
    title: 'Nothing says which logs may go',
    hint: 'Give an age, a fill level to come down to, or mark something.',
  },
  'logs.partly': {
    title: 'Not all that was planned could be deleted',
    hint: 'The reasons are told with it; the result file has each file. Make a new plan when they are gone.',
  },
  'logs.schedule-broken': {
    title: "Airflow's Python cannot import the DAG",
    hint: 'Nothing was written. The end of what it said is shown; a timer does the same without Airflow: --as timer.',
  },
  'logs.schedule-failed': {
    title: 'The clean-up runs by itself from now on, but its first run failed',
    hint: 'Its journal says which files it could not delete. Take the schedule back, or mend what it names.',
  },
  'logs.schedule-unseen': {
    title: 'Airflow does not show the new DAG',
    hint: 'The file stays. Does the scheduler or dag-processor run, and read this DAG folder? Screen 2, key i, shows import errors.',
  },
  'logs.state': {
    title: 'windsock cannot keep its plan on this machine',
    hint: 'Plans are kept in $XDG_STATE_HOME/windsock/plans (default ~/.local/state): make room there, or name another folder.',
  },
} as const;
