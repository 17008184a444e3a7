import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {Problem} from '../../../src/problems/problem.ts';
import {Patience} from '../../../src/trial/patience.ts';
import {NotAsked, type Step} from '../../../src/trial/step.ts';
import {walk} from '../../../src/trial/walk.ts';
import {asking} from '../host/ssh-hosts.ts';

const step = (name: string, ask: Step['ask'], more: Partial<Step> = {}): Step => ({
  name,
  question: `${name}?`,
  limitMs: 5000,
  needs: [],
  ask,
  ...more,
});

const answersOf = async (steps: readonly Step[], patience = new Patience(undefined)) => {
  const signal = new AbortController().signal;
  const answers = await walk('af-1', steps, {patience, signal, late: 'host.timeout'});
  return answers.map(answer => {
    if (answer.outcome === 'passed') return `${answer.step}: ${answer.found}`;
    return `${answer.step}: ${answer.outcome === 'failed' ? answer.problem.message : answer.why}`;
  });
};

test('what stands on a failed step is not asked, nor what stands on that; the rest is', async () => {
  const fails = async () => {
    throw new Problem('host.login', 'no');
  };
  expect(
    await answersOf([
      step('a', fails),
      step('b', async () => 'b', {needs: ['a']}),
      step('c', async () => 'c', {needs: ['b']}),
      step('d', async () => 'fine'),
    ]),
  ).toEqual(['a: The host refused the login: no', 'b: a failed', 'c: a failed', 'd: fine']);
});

test('what had nothing to ask takes no ground away', async () => {
  expect(
    await answersOf([
      step('a', async () => new NotAsked('there is none')),
      step('b', async () => 'fine', {needs: ['a']}),
    ]),
  ).toEqual(['a: there is none', 'b: fine']);
});

test('a step that does not end fails when its time is over, and its signal aborts', async () => {
  let aborted = false;
  const never = (signal: AbortSignal) =>
    new Promise<string>(() => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
    });
  expect(await answersOf([step('a', never, {limitMs: 20})])).toEqual([
    'a: The host did not answer in time: af-1: no answer within 0.02 s',
  ]);
  expect(aborted).toBe(true);
});

test('the time in which a person is asked does not count', async () => {
  const patience = new Patience(asking(async () => pause(150, true)));
  const question = {host: 'af-1', port: 22, keyType: 'ssh-ed25519', fingerprint: 'SHA256:x'};
  const asks = async () => String(await patience.ask?.hostKey(question));
  expect(await answersOf([step('a', asks, {limitMs: 50})], patience)).toEqual(['a: true']);
});

test('a fault of a step is a fault of the trial', async () => {
  const broken = async () => {
    throw new TypeError('a bug');
  };
  await expect(answersOf([step('a', broken)])).rejects.toThrow('a bug');
});
