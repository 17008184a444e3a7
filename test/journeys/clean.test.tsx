import {mkdtempSync, rmSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, expect, test, vi} from 'vitest';
import {key} from '../screen.tsx';
import {confirm, leaveReport, onDemo, soonMs} from './app.tsx';

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-state-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  return () => {
    vi.unstubAllEnvs();
    rmSync(folder, {recursive: true});
  };
});

const logsOf = async (folder: string): Promise<string[]> =>
  (await readdir(join(folder, 'airflow', 'logs'), {recursive: true})).filter(name => name.endsWith('.log'));

test('C on Logs tells what a rule would take, shows the plan, deletes it and says what that brought', {
  timeout: 60_000,
}, async () => {
  const {demo, screen} = await onDemo({size: {columns: 110, rows: 34}});
  await demo.filled;
  const before = await logsOf(demo.folder);
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  await screen.until('Clean up the logs of demo-1');
  const asked = await screen.until(/Takes \d+ of [\d,]+ files/, soonMs);
  const taken = Number(/Takes (\d+) of/.exec(asked)?.[1]);
  expect(taken).toBeGreaterThan(100);
  // A younger age takes more.
  screen.press(`${key.backspace.repeat(4)}15 d`);
  await screen.until(text => Number(/Takes (\d+) of/.exec(text)?.[1]) > taken, soonMs);
  screen.press(key.enter);
  const preview = await screen.until(/1 {2}delete \d+ files/, soonMs);
  expect(preview).toMatch(/By DAG: /);
  expect(preview).toMatch(/This cannot be undone\./);
  const planned = Number(/delete (\d+) files/.exec(preview)?.[1]);
  await confirm(screen);
  await screen.until(new RegExp(`${planned} of ${planned} files were deleted`), soonMs);
  await screen.until(/Planned .* freed /, soonMs);
  await leaveReport(screen);
  expect(before.length - (await logsOf(demo.folder)).length).toBeGreaterThanOrEqual(planned - 20);
});

test('a clean-up that takes nothing offers nothing to confirm, and a wrong age is told', {
  timeout: 60_000,
}, async () => {
  const {demo, screen} = await onDemo();
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  await screen.until(/Takes \d+/, soonMs);
  screen.press(key.ctrl('u'));
  await screen.until('Give an age, or a level to come down to.');
  screen.press('soon');
  await screen.until('This is no age');
  screen.press(key.enter);
  await screen.until('This is no age');
  screen.press(`${key.ctrl('u')}9999 d`);
  await screen.until(/Takes 0 of/, soonMs);
  screen.press(key.enter);
  await screen.until('There is nothing to do.', soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌');
});

test('logs of runs that failed stay longer where the form says so, and the preview tells which', {
  timeout: 60_000,
}, async () => {
  const {demo, screen} = await onDemo({size: {columns: 120, rows: 36}});
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  const takenOf = (text: string) => Number(/Takes ([\d,]+) of/.exec(text)?.[1]?.replace(',', ''));
  await screen.until(/Takes \d+ of/, soonMs);
  screen.press(`${key.ctrl('u')}1 d`);
  const asked = await screen.until(text => takenOf(text) > 500, soonMs);
  screen.press(`${key.tab.repeat(3)}900 d`);
  await screen.until('logs of runs that failed stay so long');
  await screen.until(text => takenOf(text) > 0 && takenOf(text) < takenOf(asked), soonMs);
  screen.press(key.enter);
  await screen.until(/Left: \d+ files .* of runs that failed, like/, soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌');
});

test('read-only shows the plan, and deletes nothing', {timeout: 60_000}, async () => {
  const {demo, screen} = await onDemo({readOnly: true});
  await demo.filled;
  const before = await logsOf(demo.folder);
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  await screen.until(/Takes \d+/, soonMs);
  screen.press(key.enter);
  await screen.until(/1 {2}delete \d+ files/, soonMs);
  await screen.until('Esc leave', soonMs);
  screen.press('jjj');
  await vi.waitFor(async () => {
    screen.press('y');
    await screen.until('windsock runs read-only.', 500);
  }, soonMs);
  expect((await logsOf(demo.folder)).length).toBeGreaterThanOrEqual(before.length);
});
