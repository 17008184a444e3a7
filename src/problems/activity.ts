/** Expected failures of the audit file. */
export const activityProblems = {
  'activity.not-written': {
    title: 'The audit file does not have this operation',
    hint: 'The operation went on. Make the file and its folder your own, without rights for others (chmod 600, 700).',
  },
  'activity.unreadable': {
    title: 'The audit file cannot be read',
    hint: 'Look at its rights and its owner.',
  },
} as const;
