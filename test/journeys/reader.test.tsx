import {existsSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {key, type Screen} from '../screen.tsx';
import {closing, onDemo, soonMs} from './app.tsx';

async function onJournal(): Promise<Screen> {
  const {screen} = await onDemo();
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('l');
  await screen.until(/▸ .*Failed with result 'signal'/, soonMs);
  return screen;
}

async function onTask(): Promise<Screen> {
  const {demo, screen} = await onDemo();
  await demo.filled;
  screen.press('2');
  await screen.until(/▸ always_fails +✖/, soonMs);
  screen.press(key.enter);
  await screen.until(/STATE +RUN/);
  await screen.until(/▸ ✖ failed/, soonMs);
  screen.press(key.enter);
  await screen.until(/✖ failed +\w+ +2/, soonMs);
  const row =
    screen.lines().findIndex(line => /✖ failed/.test(line)) - screen.lines().findIndex(line => line.includes('▸'));
  screen.press('j'.repeat(Math.max(0, row)));
  await screen.until(/▸ ✖ failed/);
  screen.press('l');
  await screen.until(/, try 2, on demo-1: always_fails[\s\S]*try 2 of 2 ← →/, soonMs);
  return screen;
}

test('the journal of the scheduler says how it died, and when there were warnings', async () => {
  const screen = await onJournal();
  expect(screen.text()).toMatch(/Journal of airflow-scheduler on demo-1/);
  await screen.until(/(?:\d\d:\d\d|\d+ \w{3}) [▁-█]+ (?:\d\d:\d\d|\d+ \w{3}) +0 errors, 2 warnings/, soonMs);
  screen.press('o');
  await screen.until('only warnings and errors');
  await screen.untilGone('DagRun Finished');
  expect(screen.text()).toMatch(/WARN +Found 2 task instances/);
  screen.press('oo');
  await screen.until('DagRun Finished', soonMs);
  screen.press('q');
  await screen.until(/▸ scheduler/);
});

test('/ searches in the journal on the host, n and N go on, and what is not there is said', async () => {
  const screen = await onJournal();
  screen.press(`g/without a heartbeat${key.enter}`);
  await screen.until(/▸ .*Found 2 task instances/, soonMs);
  screen.press('n');
  await screen.until('No match after this line.', soonMs);
  screen.press(`/(${key.enter}`);
  await screen.until('No match after this line.', soonMs);
  screen.press(`/${key.ctrl('u')}/(/${key.enter}`);
  await screen.until('The regular expression is not valid', soonMs);
});

test('the journals of all units are read together by time', async () => {
  const screen = await onJournal();
  screen.press('m');
  await screen.until('Journals of all units', soonMs);
  await screen.until(/scheduler: airflow-scheduler\.service: Failed/, soonMs);
  expect(screen.text()).toMatch(/\d\d:\d\d:\d\d +(triggerer|api-server|dag-processor): /);
});

test('a task that failed: e finds the error with its traceback, ← the try before', async () => {
  const screen = await onTask();
  screen.press('ge');
  await screen.until(/▸ \d\d:\d\d:\d\d ERROR Task failed with exception/, soonMs);
  expect(screen.text()).toMatch(/Traceback \(most recent call last\):[\s\S]*ValueError: this fails on purpose/);
  screen.press('e');
  await screen.until('No error after this line.', soonMs);
  screen.press(key.left);
  await screen.until(/, try 1, on demo-1/, soonMs);
  await screen.until(/▸ .*Task instance is in failed state/, soonMs);
  screen.press(key.left);
  await screen.until('This is the first try');
  screen.press('q');
  await screen.until(/▸ ✖ failed/);
});

test('a log is saved whole to a new file for oneself, and never over another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-save-'));
  closing(async () => rmSync(folder, {recursive: true}));
  const screen = await onTask();
  const path = join(folder, 'x.log');
  screen.press('s');
  await screen.until('Save to');
  screen.press(`${key.ctrl('u')}${path}${key.enter}`);
  await screen.until('Saved to', soonMs);
  expect(readFileSync(path, 'utf8')).toMatch(/^\{"timestamp":.*"event":"::group::Pre Execute"[\s\S]*failed state.*\n$/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  screen.press('s');
  await screen.until('Save to');
  screen.press(`${key.ctrl('u')}${path}${key.enter}`);
  await screen.until('The file exists already', soonMs);
  expect(existsSync(path)).toBe(true);
});

test('a time leads to its line, w shows long lines whole, r as they were written', async () => {
  const screen = await onTask();
  await screen.until(/▸ .*Task instance is in failed state/, soonMs);
  const [, at = ''] = /▸ (\d\d:\d\d):\d\d/.exec(screen.text()) ?? [];
  screen.press(`gt1${key.enter}`);
  await screen.until(/▸ .*::group::Pre Execute/, soonMs);
  screen.press(`t${at}${key.enter}`);
  await screen.until(new RegExp(`▸ ${at}:`), soonMs);
  screen.press(`tnoon${key.enter}`);
  await screen.until('"noon" is no time');
  screen.press('gr');
  await screen.until(/▸ \{"timestamp":/, soonMs);
  screen.press('w');
  await screen.until(/"logger":"task"\}/, soonMs);
});
