import {expect, test} from 'vitest';
import {askedSecrets} from '../../../src/host/asked-secrets.ts';
import type {SecretQuestion} from '../../../src/host/host.ts';
import {asking} from './ssh-hosts.ts';

const question: SecretQuestion = {host: 'af-1', what: 'password', prompt: 'Password:', shown: false};

function person(...answers: (string | undefined)[]) {
  const asked: SecretQuestion[] = [];
  const port = asking(
    async () => false,
    async one => {
      asked.push(one);
      return answers[asked.length - 1];
    },
  );
  const secrets = askedSecrets(port);
  if (secrets === undefined) throw new Error('nobody to ask');
  return {asked, port, secrets};
}

test('an answer is kept, for all hosts of the port', async () => {
  const {asked, port, secrets} = person('one', 'two');
  expect(await Promise.all([secrets.get(question), secrets.get(question)])).toEqual(['one', 'one']);
  expect(await askedSecrets(port)?.get(question)).toBe('one');
  expect(await secrets.get({...question, host: 'af-2'})).toBe('two');
  expect(asked).toHaveLength(2);
});

test('a passphrase is the same for all hosts', async () => {
  const {asked, secrets} = person('one');
  const passphrase = {...question, what: 'passphrase', prompt: '~/.ssh/id'} as const;
  await secrets.get(passphrase);
  expect(await secrets.get({...passphrase, host: 'af-2'})).toBe('one');
  expect(asked).toHaveLength(1);
});

test('a code is good for once', async () => {
  const {secrets} = person('111', '222');
  const code = {...question, what: 'code'} as const;
  expect([await secrets.get(code), await secrets.get(code)]).toEqual(['111', '222']);
});

test('an answer that was refused is asked for again, which is said; one that replaced it stays', async () => {
  const {asked, secrets} = person('one', 'two');
  await secrets.refuse(question, await secrets.get(question));
  expect(await secrets.get(question)).toBe('two');
  await secrets.refuse(question, 'one');
  expect(await secrets.get(question)).toBe('two');
  expect(asked.map(({again}) => again)).toEqual([undefined, true]);
});

test('no answer is a problem, and is not kept', async () => {
  const {secrets} = person(undefined, 'two');
  await expect(secrets.get(question)).rejects.toMatchObject({
    code: 'host.declined',
    detail: 'af-1: the password of the login user',
  });
  expect(await secrets.get(question)).toBe('two');
});

test('without a port nobody is asked', () => {
  expect(askedSecrets(undefined)).toBeUndefined();
});
