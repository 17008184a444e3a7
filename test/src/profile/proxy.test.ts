import {inspect} from 'node:util';
import {expect, test} from 'vitest';
import {proxyFor} from '../../../src/profile/proxy.ts';

const env = {HTTPS_PROXY: 'http://ops:hunter%402@proxy:3128', http_proxy: 'plain:8080'};

test('the key wins over the environment, and none is none', () => {
  expect(proxyFor('https://af', 'http://other:1', env)).toEqual({url: 'http://other:1'});
  expect(proxyFor('http://127.0.0.1:8080', 'http://other:1', env)).toEqual({url: 'http://other:1'});
  expect(proxyFor('https://af', 'none', env)).toBeUndefined();
  expect(proxyFor('https://af', undefined, {})).toBeUndefined();
});

test('the environment names one for each kind of address; its login is kept apart and never printed', async () => {
  expect(proxyFor('http://af', undefined, env)).toEqual({url: 'http://plain:8080'});
  const proxy = proxyFor('https://af', undefined, env);
  if (!proxy || 'refused' in proxy) throw new Error('no proxy');
  expect(proxy.url).toBe('http://proxy:3128');
  expect(await proxy.login?.()).toBe('ops:hunter@2');
  expect(inspect(proxy, {showHidden: true, depth: 5})).not.toContain('hunter');
  expect(proxyFor('https://af', undefined, {HTTPS_PROXY: 'socks5://proxy:1080'})).toBeUndefined();
});

test.each([
  ['https://af.example.com', 'example.com', true],
  ['https://af.example.com', '.example.com', true],
  ['https://af.example.com', '*.example.com', true],
  ['https://example.com', '.example.com', true],
  ['https://notexample.com', 'example.com', false],
  ['https://af.example.com', 'other.com, AF.example.com', true],
  ['https://af.example.com', 'af.example.com:8443', false],
  ['https://af.example.com:8443', 'af.example.com:8443', true],
  ['https://af.example.com', 'af.example.com:443', true],
  ['https://10.1.2.3', '10.1.2.3', true],
  ['https://af.example.com', '*', true],
  ['https://af.example.com', ' , ', false],
  ['https://127.0.0.1:8443', '', true],
  ['https://localhost', '', true],
])('%s with NO_PROXY=%s is asked directly: %s', (url, no, directly) => {
  expect(proxyFor(url, undefined, {...env, NO_PROXY: no}) === undefined).toBe(directly);
});
