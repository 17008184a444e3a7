import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import type {Demo} from '../../src/demo/demo.ts';
import type {Profile} from '../../src/profile/profile.ts';
import {key} from '../screen.tsx';
import {confirm, demo, onDemo, soonMs, typeLate, windsock} from './app.tsx';

test('read-only shows the preview, and refuses to do it', async () => {
  const {demo: made, screen} = await onDemo({readOnly: true});
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  expect(screen.lines()[0]).toContain('READ-ONLY');
  screen.press('R');
  await screen.until('1  systemctl restart airflow-scheduler.service', soonMs);
  await vi.waitFor(async () => {
    screen.press('y');
    await screen.until('windsock runs read-only.', 500);
  }, soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌');
  expect(made.world.unit('scheduler').state).toBe('failed');
});

test('a protected profile is confirmed by its name, not by y', async () => {
  const made = await demo();
  const screen = windsock({profile: {...made.profile, protect: true}});
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('R');
  await screen.until('Type demo to restart:', soonMs);
  const typed = await typeLate(screen, 'y', /to restart: y+/);
  screen.press(key.enter);
  expect(screen.text()).toMatch(/Type demo to restart: y/);
  screen.press(key.backspace.repeat(typed));
  await screen.until(/to restart: _+ /);
  screen.press('dem');
  await screen.until('to restart: dem');
  expect(made.world.unit('scheduler').state).toBe('failed');
  screen.press('o');
  await screen.until('airflow-scheduler is active again', soonMs);
});

/** The profile of a demo whose host key nobody has recorded. */
async function unknownHost(made: Demo): Promise<{profile: Profile; file: string}> {
  const file = join(made.folder, 'no_known_hosts');
  await writeFile(file, '');
  const hosts = made.profile.hosts.map(host => (host.kind === 'ssh' ? {...host, knownHostsFiles: [file]} : host));
  return {profile: {...made.profile, hosts}, file};
}

test('an unknown host key is asked about; y records it, and it is not asked again', async () => {
  const made = await demo();
  const {profile, file} = await unknownHost(made);
  const screen = windsock({profile});
  await screen.until('Is this the host?', soonMs);
  expect(screen.text()).toMatch(/127\.0\.0\.1, port \d+, shows a key that is not in known_hosts yet:/);
  const [print] = /SHA256:\S+/.exec(screen.text()) ?? [];
  expect(print).toBeDefined();
  await screen.until('y it is its key', soonMs);
  screen.press(`${key.enter}y`);
  await screen.until(/triggerer +healthy +\d+ s +active/, soonMs);
  expect(await readFile(file, 'utf8')).toMatch(/^\[127\.0\.0\.1\]:\d+ ssh-ed25519 \S+\n$/);
  await screen.unmount();
  const again = windsock({profile});
  await again.until(/triggerer +healthy +\d+ s +active/, soonMs);
});

test('an unknown host key that is refused is not recorded, and the host is not used', async () => {
  const made = await demo();
  const {profile, file} = await unknownHost(made);
  const screen = windsock({profile});
  await screen.until('Is this the host?', soonMs);
  await screen.until('n refuse', soonMs);
  await screen.until('y it is its key', soonMs);
  screen.press('n');
  await screen.untilGone('Is this the host?');
  await screen.until(/The units of demo-1 are not known: the key of this host was not accepted/, soonMs);
  expect(await readFile(file, 'utf8')).toBe('');
  await screen.until(/triggerer +healthy +\d+ s/, soonMs);
  // Whoever wants it is asked again.
  screen.press(key.ctrl('r'));
  await screen.until('Is this the host?', soonMs);
  await screen.until('y it is its key', soonMs);
  screen.press('y');
  await screen.until(/triggerer +healthy +\d+ s +active/, soonMs);
});

test('a changed host key is refused without a question', async () => {
  const made = await demo();
  const {profile, file} = await unknownHost(made);
  const [host] = profile.hosts;
  if (host?.kind !== 'ssh') throw new Error('the demo has an SSH host');
  const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIJ3lYq2G3b1mOQ3tq1WqzqWkzqzqzqzqzqzqzqzqzqzq';
  await writeFile(file, `[127.0.0.1]:${host.port} ssh-ed25519 ${key}\n`);
  const screen = windsock({profile});
  await screen.until(/The units of demo-1 are not known: the key of this host has changed/, soonMs);
  expect(screen.text()).not.toContain('Is this the host?');
});

test('a profile that is read-only itself says so, too', async () => {
  const made = await demo();
  const screen = windsock({profile: {...made.profile, readOnly: true}});
  await screen.until('READ-ONLY');
  screen.press('2');
  await screen.until(/▸ always_fails/, soonMs);
  screen.press('P');
  await screen.until('Pause always_fails');
  await vi.waitFor(async () => {
    screen.press('y');
    await screen.until('windsock runs read-only.', 500);
  }, soonMs);
  expect(made.world.runs.dags.get('always_fails')?.paused).toBe(false);
});

test('while an operation runs q says that ^C cancels it, and the operation goes on', async () => {
  const {screen} = await onDemo();
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('R');
  await confirm(screen);
  await screen.until('^C cancel', soonMs);
  screen.press('q');
  await screen.until(/It runs: \^C cancels it|is active again/, soonMs);
  await screen.until('airflow-scheduler is active again', soonMs);
});
