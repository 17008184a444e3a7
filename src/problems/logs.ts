/** Expected failures of what is done with logs. */
export const logProblems = {
  'logs.busy': {
    title: 'Another clean-up of this log folder runs',
    hint: 'Nothing was deleted. Wait until it has ended; its process is named where the host tells.',
  },
} as const;
