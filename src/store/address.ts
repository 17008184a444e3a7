/** Where copies are kept: in S3 or something like it, in a folder of this machine, or in one of the host that they come from. */
export type StoreAddress =
  | {readonly kind: 's3'; readonly bucket: string; readonly prefix: string}
  | {readonly kind: 'folder'; readonly folder: string}
  | {readonly kind: 'host'; readonly folder: string};

/** How S3 is reached where it is not Amazon's, or not in the region that the user's configuration names. */
export type S3Options = {readonly endpoint?: string; readonly region?: string};

/** "s3://bucket/prefix", "/folder" or "~/folder" here, "host:/folder"; otherwise why it is none of it. */
export function parseStoreAddress(text: string, home: string): StoreAddress | {readonly refused: string} {
  const given = text.trim();
  if (/\p{Cc}/u.test(given)) return {refused: 'has a control character'};
  if (given.startsWith('s3:')) {
    const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*))?$/.exec(given) ?? [];
    if (bucket === undefined) return {refused: 'must be like s3://bucket/prefix'};
    return {kind: 's3', bucket, prefix: prefix.replace(/\/+$/, '')};
  }
  if (given.startsWith('host:')) {
    const folder = given.slice('host:'.length);
    return folder.startsWith('/')
      ? {kind: 'host', folder: withoutSlash(folder)}
      : {refused: 'must name an absolute path of the host'};
  }
  const folder = given.replace(/^~(?=\/|$)/, () => home);
  return folder.startsWith('/')
    ? {kind: 'folder', folder: withoutSlash(folder)}
    : {refused: 'must be s3://bucket/prefix, an absolute path here, or host:/path'};
}

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '');

/** As it is written down, for a person and for the next time. */
export function storeText(address: StoreAddress): string {
  if (address.kind === 's3') return `s3://${address.bucket}${address.prefix === '' ? '' : `/${address.prefix}`}`;
  return address.kind === 'host' ? `host:${address.folder}` : address.folder;
}
