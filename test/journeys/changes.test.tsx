import {appendFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {key} from '../screen.tsx';
import {confirm, leaveReport, onDemo, soonMs} from './app.tsx';

test('w shows what happened before the scheduler died, newest first; d looks further back; Esc goes back', async () => {
  const {screen} = await onDemo();
  await screen.until('Nothing is being scheduled', soonMs);
  screen.press('w');
  await screen.until('What changed in the last 24 h');
  await screen.until(/5 changes · \d+ s old/, soonMs);
  const lines = screen.text().split('\n');
  const line = (text: string) => lines.findIndex(each => each.includes(text));
  expect(lines[line('killed, signal 9')]).toMatch(
    /✖ \d\d:\d\d:\d\d +failure +airflow-scheduler failed \(killed, signal 9\)/,
  );
  expect(line('ops ran systemctl kill')).toBeGreaterThan(line('airflow-scheduler failed'));
  expect(line('broken_import.py is new or was replaced')).toBeGreaterThan(line('ops ran systemctl kill'));
  expect(line('libssl3 and openssl were upgraded')).toBeGreaterThan(line('broken_import.py'));
  expect(line('airflow.cfg was changed')).toBe(-1);
  screen.press('d');
  await screen.until('What changed in the last 7 d');
  await screen.until(/ops ran systemctl start airflow-scheduler/, soonMs);
  await screen.until('airflow.cfg was changed', soonMs);
  await screen.until(/\? The journal of demo-1 begins at .* what was before is not in/, soonMs);
  screen.press('d');
  await screen.until(/! \d+ \w+ \d\d:\d\d +boot +demo-1 booted/, soonMs);
  screen.press(key.escape);
  await screen.until('COMPONENT');
});

test('Enter shows the single changes of a line with their details', async () => {
  const {screen} = await onDemo();
  screen.press('w');
  await screen.until('libssl3 and openssl were upgraded', soonMs);
  screen.press(`G${key.enter}`);
  await screen.until('┌ package on demo-1');
  expect(screen.text()).toContain('libssl3 was upgraded');
  expect(screen.text()).toContain('3.0.15-1~deb12u1 → 3.0.17-1~deb12u2');
  screen.press(key.escape);
  await screen.untilGone('┌');
  await screen.until('What changed in the last 24 h');
});

test('the palette opens it from every screen, and a filter keeps what is looked for', async () => {
  const {screen} = await onDemo();
  screen.press('3');
  await screen.until('SECTION', soonMs);
  screen.press(':');
  await screen.until('What is to be done?');
  screen.press('changed');
  await screen.until(/What changed lately/);
  screen.press(key.enter);
  await screen.until(/5 changes/, soonMs);
  screen.press('/scheduler');
  await screen.until(/3 shown/);
  expect(screen.text()).not.toContain('libssl3');
  screen.press(`${key.enter}${key.escape}`);
  await screen.until('libssl3');
  screen.press(key.escape);
  await screen.until('SECTION');
});

test('a restart, a file that is written and one that is removed are there after ^R', async () => {
  const {screen, demo} = await onDemo();
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('R');
  await confirm(screen);
  await screen.until('airflow-scheduler is active again', soonMs);
  await leaveReport(screen);
  const dags = join(demo.folder, 'airflow/dags');
  screen.press('w');
  await screen.until(/airflow-scheduler was started/, soonMs);
  expect(screen.text()).not.toContain('lost a file');
  appendFileSync(join(demo.folder, 'airflow/airflow.cfg'), '# by hand\n');
  rmSync(join(dags, 'etl_daily.py'));
  screen.press('\x12');
  await screen.until(/airflow\.cfg was changed/, soonMs);
  await screen.until(/airflow\/dags lost a file/, soonMs);
});

test('while the host is silent, that is said, and what Airflow tells is there', async () => {
  const {screen, demo} = await onDemo();
  await screen.until('Nothing is being scheduled', soonMs);
  demo.world.refuse('host', true);
  screen.press('w');
  await screen.until('The scheduler sent its last heartbeat', soonMs);
  await screen.until(/\? Not known of demo-1: /, soonMs);
  screen.press('r');
  await screen.until('┌ What could not be found out');
  await screen.until(/starts and failures of units/);
});

test('who leaves while the sources are still answering leaves nothing behind', async () => {
  const {screen} = await onDemo();
  for (let times = 0; times < 3; times++) {
    screen.press('w');
    await screen.until(/still asking|change/);
    screen.press('d');
    await screen.until('in the last 7 d');
    screen.press(key.escape);
    await screen.until('COMPONENT');
  }
});
