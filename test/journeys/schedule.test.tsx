import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, expect, test, vi} from 'vitest';
import {key} from '../screen.tsx';
import {onDemo, soonMs} from './app.tsx';

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-state-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  return () => {
    vi.unstubAllEnvs();
    rmSync(folder, {recursive: true});
  };
});

test('N on Logs proposes a DAG that cleans up every day, with its file and what its first run takes', {
  timeout: 60_000,
}, async () => {
  const {demo, screen} = await onDemo({size: {columns: 120, rows: 60}});
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('N');
  await screen.until('Clean up the logs of demo-1 every day');
  await screen.until(/Nothing cleans up by itself so far|What cleans up already/, soonMs);
  screen.press(' ');
  await screen.until('a DAG of Airflow');
  screen.press('\t');
  screen.press(`${key.ctrl('u')}soon`);
  await screen.until('This is no age');
  screen.press(`${key.ctrl('u')}20 d`);
  await screen.until('20 d');
  screen.press(key.enter);
  const preview = await screen.until(/A clean-up DAG on demo-1: logs older than 20 d, every day at 03:15/, soonMs);
  expect(preview).toMatch(/1 {2}let Airflow's Python import the DAG, before anything is written/);
  expect(preview).toMatch(/2 {2}write .*\/dags\/windsock_log_clean_up\.py/);
  expect(preview).toMatch(/delete \d+ files/);
  // The machine of the demo has no Airflow: that is said before anything is confirmed.
  expect(preview).not.toContain('y schedule');
  expect(preview).toMatch(/has no Airflow that could/);
  screen.press(key.escape);
  await screen.untilGone('┌');
});

test('a timer is refused to who may not act as root, and the preview shows what would be written', {
  timeout: 60_000,
}, async () => {
  const {demo, screen} = await onDemo({size: {columns: 120, rows: 60}});
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('N');
  await screen.until('a systemd timer');
  screen.press(key.enter);
  const preview = await screen.until(/may not run something as root|systemd did not start it/, soonMs);
  expect(preview).not.toContain('y schedule');
});
