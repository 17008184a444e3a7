/** Expected failures of operations. */
export const operationProblems = {
  'operation.read-only': {
    title: 'windsock runs read-only',
    hint: 'Start it without --read-only, or remove read_only from the profile, to change something.',
  },
  'operation.refused': {
    title: 'This cannot be done now',
    hint: 'Nothing was done.',
  },
  'operation.changed': {
    title: 'Something changed since the preview',
    hint: 'Nothing was done. Look again and repeat it.',
  },
  'operation.cancelled': {
    title: 'Cancelled',
    hint: 'What was done before is listed.',
  },
  'operation.not-confirmed': {
    title: 'Nothing was done: this needs a confirmation',
    hint: 'Add --yes to do it, or --dry-run to see the plan only.',
  },
  'operation.no-effect': {
    title: 'It was done, but the result that was waited for did not come',
    hint: 'The last lines of the journal are shown; l shows the rest.',
  },
} as const;
