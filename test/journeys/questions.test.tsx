import {describe, expect, test} from 'vitest';
import {App} from '../../screens/app.tsx';
import {openConsole} from '../../src/console.ts';
import type {HostAsk} from '../../src/host/host.ts';
import {key, renderScreen} from '../screen.tsx';
import {closing, demo, soonMs} from './app.tsx';

/** The program, and what a host asks with. */
async function asked(ascii = false) {
  const {profile} = await demo();
  const port = Promise.withResolvers<HostAsk>();
  const open = (chosen: typeof profile, ask: HostAsk) => {
    port.resolve(ask);
    return openConsole(chosen, {readOnly: true, ask, onBug: port.reject});
  };
  const screen = renderScreen(<App profiles={[profile]} profile={profile} open={open} ascii={ascii} />);
  closing(() => screen.unmount());
  await screen.until('Health', soonMs);
  return {screen, ask: await port.promise};
}

/** The footer names them when they work. */
const answerKeys = 'Enter answer  Esc leave';

const sudo = {host: 'af-1', what: 'sudo-password', prompt: '[sudo] password for ops:', shown: false} as const;
const hostKey = {host: 'af-1', port: 2222, keyType: 'ssh-ed25519', fingerprint: 'SHA256:abc'};

describe('a secret that a host asks for', () => {
  test('is typed unseen, and sent by Enter', async () => {
    const {screen, ask} = await asked();
    const answer = ask.secret(sudo);
    await screen.until(answerKeys, soonMs);
    expect(screen.text()).toContain('sudo on af-1 asks for a password:');
    expect(screen.text()).toContain('[sudo] password for ops:');
    // Letters that are keys elsewhere are letters here.
    screen.press('hunter2?q');
    await screen.until('> •••••••••', soonMs);
    expect(screen.text()).not.toContain('hunter');
    screen.press(key.backspace);
    screen.press(key.enter);
    expect(await answer).toBe('hunter2?');
    await screen.untilGone('Enter answer', soonMs);
  });

  test('is seen where the host says that it may be, and in ASCII', async () => {
    const {screen, ask} = await asked(true);
    const answer = ask.secret({host: 'af-1', what: 'code', prompt: 'Token number:', shown: true});
    await screen.until('Token number:', soonMs);
    await screen.until(answerKeys, soonMs);
    screen.press('4711');
    await screen.until('> 4711', soonMs);
    screen.press(key.enter);
    expect(await answer).toBe('4711');
    const hidden = ask.secret({...sudo, again: true});
    await screen.until('The answer before was refused.', soonMs);
    await screen.until(answerKeys, soonMs);
    screen.press('abc');
    await screen.until('> ***', soonMs);
    screen.press(key.escape);
    expect(await hidden).toBeUndefined();
  });
});

test('a question is not answered by what was typed before it could be read', async () => {
  const {screen, ask} = await asked();
  let accepted: boolean | undefined;
  // The press arrives before the question: it waits behind it in the same turn.
  screen.press('y');
  void ask.hostKey(hostKey).then(answer => {
    accepted = answer;
  });
  await screen.until('Is this the host?', soonMs);
  await screen.until('af-1, port 2222, shows a key', soonMs);
  await screen.until('y it is its key', soonMs);
  expect(accepted).toBeUndefined();
  const next = ask.hostKey({...hostKey, host: 'af-2'});
  screen.press('n');
  await screen.until('af-2, port 2222', soonMs);
  await screen.until('y it is its key', soonMs);
  expect(accepted).toBe(false);
  screen.press('y');
  expect(await next).toBe(true);
});
