import type {S3Client} from '@aws-sdk/client-s3';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {masked, oneLine} from '../text.ts';
import type {S3Options} from './address.ts';
import {digestOf, type Range, type Store} from './store.ts';

/** What goes in one piece; a longer content goes in parts of this size, of which there may be 10,000: then they grow. */
const partBytes = 8 * 1024 * 1024;
const largePartBytes = 64 * 1024 * 1024;
const smallParts = 1_000;

/** An answer of a server that stopped to talk is waited for so long; a part may take far longer on a slow line. */
const silenceMs = 60_000;
const requestMs = 600_000;

/** Loaded when it is needed: it takes a while. */
const sdk = () => import('./s3-sdk.ts');
type Sdk = Awaited<ReturnType<typeof sdk>>;

/** A bucket, by the credentials that the AWS command line would take. */
export function s3Store(bucket: string, prefix: string, options: S3Options = {}): Store {
  const where = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const start = prefix === '' ? '' : `${prefix}/`;
  const key = (name: string) => ({Bucket: bucket, Key: `${start}${name}`});
  let client: S3Client | undefined;
  const ask = async <T>(work: (client: S3Client, sdk: Sdk) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const loaded = await sdk();
    client ??= newClient(loaded, options);
    try {
      return await work(client, loaded);
    } catch (error) {
      signal?.throwIfAborted();
      throw refusal(await withoutCredentials(error, client), where, options);
    }
  };
  const stop = (signal: AbortSignal | undefined) => (signal === undefined ? {} : {abortSignal: signal});
  const read = async function* (name: string, range?: Range, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    if (range !== undefined && range.end <= range.start) return;
    const wanted = range === undefined ? {} : {Range: `bytes=${range.start}-${range.end - 1}`};
    const {Body} = await ask(
      (s3, {GetObjectCommand}) => s3.send(new GetObjectCommand({...key(name), ...wanted}), stop(signal)),
      signal,
    );
    try {
      yield* Body as unknown as AsyncIterable<Uint8Array>;
    } catch (error) {
      signal?.throwIfAborted();
      throw refusal(error, where, options);
    }
  };
  const putWhole = (name: string, content: Uint8Array, signal: AbortSignal | undefined) =>
    ask((s3, {PutObjectCommand}) => s3.send(new PutObjectCommand({...key(name), Body: content}), stop(signal)), signal);
  const putParts = async (name: string, parts: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) => {
    const {UploadId} = await ask(
      (s3, {CreateMultipartUploadCommand}) => s3.send(new CreateMultipartUploadCommand(key(name)), stop(signal)),
      signal,
    );
    const of = {...key(name), UploadId};
    const done: {PartNumber: number; ETag: string | undefined}[] = [];
    try {
      for await (const part of parts) {
        const PartNumber = done.length + 1;
        const {ETag} = await ask(
          (s3, {UploadPartCommand}) => s3.send(new UploadPartCommand({...of, PartNumber, Body: part}), stop(signal)),
          signal,
        );
        done.push({PartNumber, ETag});
      }
      await ask(
        (s3, {CompleteMultipartUploadCommand}) =>
          s3.send(new CompleteMultipartUploadCommand({...of, MultipartUpload: {Parts: done}}), stop(signal)),
        signal,
      );
    } catch (error) {
      // Otherwise the parts stay, unseen, and cost. A server that is gone cannot be told.
      await ask((s3, {AbortMultipartUploadCommand}) => s3.send(new AbortMultipartUploadCommand(of))).catch(() => {});
      throw error;
    }
  };
  return {
    where,
    look: async signal => {
      await ask(
        (s3, {ListObjectsV2Command}) =>
          s3.send(new ListObjectsV2Command({Bucket: bucket, Prefix: start, MaxKeys: 1}), stop(signal)),
        signal,
      );
      return {};
    },
    put: async (name, content, signal) => {
      const parts = partsOf(content);
      try {
        const first = await parts.next();
        const second = await parts.next();
        if (second.done) await putWhole(name, first.value ?? new Uint8Array(), signal);
        else await putParts(name, joined(first.value ?? new Uint8Array(), second.value, parts), signal);
      } finally {
        await parts.return(undefined);
      }
    },
    read,
    digest: async (name, signal) => {
      const {ContentLength} = await ask(
        (s3, {HeadObjectCommand}) => s3.send(new HeadObjectCommand(key(name)), stop(signal)),
        signal,
      );
      const found = await digestOf(read(name, undefined, signal));
      if (found.bytes === ContentLength) return found;
      throw new Problem('store.failed', `${where}/${name}: ${found.bytes} bytes came, and it says ${ContentLength}`);
    },
    async *list(wanted, signal) {
      let ContinuationToken: string | undefined;
      do {
        const answer = await ask(
          (s3, {ListObjectsV2Command}) =>
            s3.send(
              new ListObjectsV2Command({
                Bucket: bucket,
                Prefix: `${start}${wanted}`,
                ...(ContinuationToken === undefined ? {} : {ContinuationToken}),
              }),
              stop(signal),
            ),
          signal,
        );
        const contents = (answer.Contents ?? []).filter(({Key = ''}) => Key.startsWith(`${start}${wanted}`));
        yield contents.map(({Key = '', Size = 0}) => ({name: Key.slice(start.length), bytes: Size}));
        const next = answer.NextContinuationToken;
        if (next !== undefined && next === ContinuationToken)
          throw new Problem('store.failed', `${where}: the server gives the same page of its list again and again`);
        ContinuationToken = next;
      } while (ContinuationToken !== undefined);
    },
    remove: async name => {
      await ask((s3, {DeleteObjectCommand}) => s3.send(new DeleteObjectCommand(key(name))));
    },
    close: () => client?.destroy(),
  };
}

function newClient({S3Client}: Sdk, {endpoint, region}: S3Options): S3Client {
  // Servers of one's own seldom care for the region, and the library wants one.
  const own = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const where = own ?? (endpoint === undefined ? undefined : 'us-east-1');
  return new S3Client({
    ...(where === undefined ? {} : {region: where}),
    ...(endpoint === undefined ? {} : {endpoint, forcePathStyle: true}),
    followRegionRedirects: true,
    maxAttempts: 3,
    // What was sent is read back and compared; other servers than Amazon's do not all know these sums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 10_000,
      socketTimeout: silenceMs,
      requestTimeout: requestMs,
      throwOnRequestTimeout: true,
    },
  });
}

/** Pieces that are as long as a part, but for the last one. */
async function* partsOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  let count = 0;
  for await (const piece of content) {
    waiting.push(piece);
    length += piece.length;
    if (length < (count < smallParts ? partBytes : largePartBytes)) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
    count += 1;
  }
  if (length > 0 || count === 0) yield Buffer.concat(waiting);
  return undefined;
}

async function* joined(
  first: Uint8Array,
  second: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield second;
  yield* rest;
}

/** A server may send back in its words what it was sent. */
async function withoutCredentials(error: unknown, client: S3Client): Promise<unknown> {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const found = await client.config.credentials().catch(() => undefined);
  const secrets = [found?.sessionToken, found?.secretAccessKey, found?.accessKeyId].filter(each => each !== undefined);
  error.message = oneLine(
    secrets.reduce((text, secret) => text.replaceAll(secret, masked), error.message),
    300,
  );
  return error;
}

const deniedNames =
  /^(AccessDenied|Forbidden|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|AllAccessDisabled)/;
const unreachable =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED)/;

function refusal(error: unknown, where: string, {endpoint}: S3Options): Error {
  if (error instanceof Problem || !(error instanceof Error)) return error as Error;
  const {code = '', $metadata} = error as Error & {code?: string; $metadata?: {httpStatusCode?: number}};
  const of = (problem: ProblemCode, detail: string) => new Problem(problem, `${where}: ${detail}`);
  const status = $metadata?.httpStatusCode;
  if (error.name === 'CredentialsProviderError' || /Could not load credentials/.test(error.message))
    return of('store.no-credentials', error.message);
  if (deniedNames.test(error.name) || status === 403) return of('store.denied', error.message || error.name);
  if (/^(NoSuch|NotFound)/.test(error.name) || status === 404) return of('store.missing', error.name);
  if (/^Region is missing/.test(error.message))
    return of('store.failed', 'no region is named: s3_region, or AWS_REGION');
  if (unreachable.test(code) || /TimeoutError|socket hang up|aborted/.test(`${error.name} ${error.message}`))
    return of('store.unreachable', [endpoint, code || error.message].filter(Boolean).join(', '));
  return of('store.failed', [error.name, error.message, status].filter(Boolean).join(', '));
}
