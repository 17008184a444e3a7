import {expect, test} from 'vitest';
import {parseStoreAddress, storeText} from '../../../src/store/address.ts';

test.each([
  ['s3://bucket', {kind: 's3', bucket: 'bucket', prefix: ''}, 's3://bucket'],
  ['s3://my.bucket-1/a/b c/', {kind: 's3', bucket: 'my.bucket-1', prefix: 'a/b c'}, 's3://my.bucket-1/a/b c'],
  [' /data/archive/ ', {kind: 'folder', folder: '/data/archive'}, '/data/archive'],
  ['~/logs', {kind: 'folder', folder: '/home/me/logs'}, '/home/me/logs'],
  ['/', {kind: 'folder', folder: '/'}, '/'],
  ['host:/mnt/old logs', {kind: 'host', folder: '/mnt/old logs'}, 'host:/mnt/old logs'],
] as const)('%s is a place', (text, address, written) => {
  expect(parseStoreAddress(text, '/home/me')).toEqual(address);
  expect(storeText(address)).toBe(written);
});

test.each([
  '',
  'archive',
  's3://',
  's3://Bucket',
  's3://b',
  's3:/bucket/x',
  'host:archive',
  'host:',
  '/a\nb',
  'https://x/y',
])('%j is none, and why is said', text => {
  expect(parseStoreAddress(text, '/home/me')).toEqual({refused: expect.stringMatching(/^(must|has) /)});
});
