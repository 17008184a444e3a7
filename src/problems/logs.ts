/** Expected failures of what is done with logs. */
export const logProblems = {
  'logs.busy': {
    title: 'Another clean-up of this log folder runs',
    hint: 'Nothing was deleted. Wait until it has ended; its process is named where the host tells.',
  },
  'logs.journal-rule': {
    title: 'A journal is chosen from by age and size alone',
    hint: 'Give an age, or a size to come down to like 500MB. DAGs, runs, classes and folders do not go with it.',
  },
  'logs.nothing-grows': {
    title: 'Only the manager log grows, and is rotated',
    hint: 'Add --class manager.',
  },
  'logs.no-class': {
    title: 'There is no such class of logs',
    hint: 'Name one of those that are told with it.',
  },
  'logs.no-host': {
    title: 'The profile names no such host',
    hint: 'Name one of its hosts, as the profile does, or all.',
  },
  'logs.which-host': {
    title: 'It must be said of which host',
    hint: 'Add --host with one of its hosts, with several, or with all.',
  },
  'logs.no-folder': {
    title: 'Airflow writes no logs there',
    hint: 'Name one of the folders that Airflow is set to write its logs to: they are told with it.',
  },
  'logs.cannot-schedule': {
    title: 'This rule cannot run by itself on a schedule',
    hint: 'A schedule deletes by age, by class and by DAG alone; the rest wants somebody who sees the preview: logs clean.',
  },
  'logs.nothing-chosen': {
    title: 'Nothing says which logs may go',
    hint: 'Give an age, a fill level to come down to, or mark something.',
  },
  'logs.no-vessel': {
    title: 'Nothing says what the clean-up runs as',
    hint: 'Give it with --as; `windsock logs schedule list` shows what there is.',
  },
  'logs.failed-age': {
    title: 'The age for logs of failed runs is not the longer one',
    hint: 'Logs of failed runs stay longer than the others: give them a longer age, or none.',
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
  'archive.nowhere': {
    title: 'Nothing says where the archive is',
    hint: 'Name it with --into, or as archive in profiles.ini: s3://BUCKET/PREFIX, /FOLDER here, or host:/FOLDER.',
  },
  'archive.in-logs': {
    title: 'The archive would be in the log folder',
    hint: 'Nothing was archived. Name a folder elsewhere, best on another volume.',
  },
  'archive.differs': {
    title: 'What was read back from the archive is not what was sent',
    hint: 'Its originals are all there. Look at the disk or the server that keeps the archive, and try again.',
  },
  'archive.damaged': {
    title: 'What is in the archive is not what was put there',
    hint: 'Look at the disk or the server that keeps it. Other logs of it may be whole: each has a hash of its own in the index.',
  },
  'archive.unknown': {
    title: 'The archive has no such file',
    hint: '`windsock logs archive list` names the archives, and with --dag or --files what is in them.',
  },
  'archive.unreadable': {
    title: 'The index of the archive cannot be read',
    hint: 'The .tar.gz beside it is an ordinary one: tar xzf unpacks it.',
  },
} as const;
