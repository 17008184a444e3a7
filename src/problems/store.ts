/** Expected failures of the places that copies are kept in: S3, a folder here, a folder of a host. */
export const storeProblems = {
  'store.unreachable': {
    title: 'The S3 server does not answer',
    hint: 'Look at the address (s3_endpoint in profiles.ini), the network, and whether the server runs.',
  },
  'store.no-credentials': {
    title: 'There are no credentials for S3',
    hint: 'windsock takes those that the AWS command line would: AWS_PROFILE, AWS_ACCESS_KEY_ID …, ~/.aws, SSO (`aws sso login`) or a role.',
  },
  'store.denied': {
    title: 'This may not be read or written there',
    hint: 'On S3 the account needs ListBucket, GetObject, PutObject, DeleteObject and AbortMultipartUpload; a folder must belong to the user who writes it.',
  },
  'store.missing': {
    title: 'It is not there',
    hint: 'windsock makes folders, and no buckets. Look at the name.',
  },
  'store.full': {
    title: 'There is no room left for the copy',
    hint: 'Make room there, or name another place.',
  },
  'store.failed': {
    title: 'The copy could not be read or written',
    hint: 'The detail is what the server or the system said.',
  },
} as const;
