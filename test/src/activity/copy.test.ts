import {expect, test} from 'vitest';
import {copyOf} from '../../../src/activity/copy.ts';
import type {Entry, Subject} from '../../../src/activity/entry.ts';
import type {Profile} from '../../../src/profile/profile.ts';

const profile: Profile = {
  name: 'prod',
  api: {url: 'http://here', login: {kind: 'token', token: async () => 'x'}, timeoutMs: 1, insecure: false},
  hosts: [{kind: 'local', name: 'local'}],
  become: 'sudo',
  protect: false,
  readOnly: false,
};

const copied = (subject: Subject, where = 'local') => {
  const entry: Entry = {id: 1, atMs: 0, where, what: 'x', changes: false, subject};
  return copyOf(entry, profile, {});
};

test('a command of this machine is copied as it is', () => {
  expect(copied({kind: 'command', argv: ['df', '-h', 'a b']})).toEqual({line: "df -h 'a b'"});
});

test('what a line lacks is said: a secret, the token', () => {
  expect(copied({kind: 'command', argv: ['x', '--password', '••••']})).toMatchObject({
    remark: expect.stringMatching(/secret is left out/),
  });
  const request = {kind: 'request', method: 'GET', url: 'http://here/x', login: 'bearer'} as const;
  expect(copied(request, 'API')).toMatchObject({remark: expect.stringMatching(/TOKEN/)});
});

test.each<[string, Subject, string?]>([
  ['a login', {kind: 'request', method: 'POST', url: 'http://here/auth/token', login: 'none', isLogin: true}],
  ['a program that came by stdin', {kind: 'command', argv: ['python3'], readsStdin: true}],
  ['what the agent was asked', {kind: 'agent'}],
  ['an operation', {kind: 'operation'}],
  ['a command of a host that the profile does not have', {kind: 'command', argv: ['df']}, 'gone'],
  ['an argument that would end the line and begin another', {kind: 'command', argv: ['ls', 'a\u0003\rrm -r x']}],
])('%s is not copied, and why is said', (_, subject, where) => {
  expect(copied(subject, where)).toEqual({none: expect.stringMatching(/^[A-Z].+/)});
});
