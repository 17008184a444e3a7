import {once} from 'node:events';
import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {beforeEach, expect, onTestFinished, test, vi} from 'vitest';
import {s3Store} from '../../../src/store/s3.ts';
import type {Store} from '../../../src/store/store.ts';

const keys = {
  AWS_ACCESS_KEY_ID: 'AKIAIDOFTHEKEY',
  AWS_SECRET_ACCESS_KEY: 'the secret of the key',
  AWS_SESSION_TOKEN: 'a-token-for-a-while',
};

beforeEach(() => {
  for (const [name, value] of Object.entries(keys)) vi.stubEnv(name, value);
  return () => vi.unstubAllEnvs();
});

/** A server that is none of Amazon's. */
async function served(answer: RequestListener): Promise<Store> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const store = s3Store('bucket', 'logs', {endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`});
  onTestFinished(() => {
    store.close();
    server.closeAllConnections();
    server.close();
  });
  return store;
}

const xml = {'content-type': 'application/xml'};

async function named(store: Store): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const files of store.list('h/')) found.push(...files.map(({name}) => name));
  return found;
}

test('what a server sends back of the credentials is not told', async () => {
  const store = await served(({headers}, response) => {
    const {authorization, 'x-amz-security-token': token} = headers;
    const message = `${authorization} / ${token} / ${keys.AWS_SECRET_ACCESS_KEY} ${'x'.repeat(10_000)}`;
    response.writeHead(400, xml).end(`<Error><Code>InvalidArgument</Code><Message>${message}</Message></Error>`);
  });
  const error: Error = await named(store).then(
    () => new Error('it was no failure'),
    failure => failure,
  );
  expect(error).toMatchObject({code: 'store.failed'});
  for (const secret of Object.values(keys)) expect(JSON.stringify(error)).not.toContain(secret);
  expect(error.message.length).toBeLessThan(500);
});

test('a list that has no end ends, and names that were not asked for are left out', async () => {
  let asked = 0;
  const names = ['logs/h/a', '../../etc/passwd', 'logs/other', 'elsewhere/h/a'];
  const contents = names.map(name => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`).join('');
  const page = (next: string) =>
    `<ListBucketResult><IsTruncated>true</IsTruncated>${contents}${next}</ListBucketResult>`;
  const same = '<NextContinuationToken>same</NextContinuationToken>';
  const endless = await served((_, response) => {
    asked += 1;
    response.writeHead(200, xml).end(page(same));
  });
  await expect(named(endless)).rejects.toMatchObject({code: 'store.failed'});
  expect(asked).toBe(2);
  const one = await served((_, response) => {
    response.writeHead(200, xml).end(page(''));
  });
  expect(await named(one)).toEqual(['h/a']);
});
