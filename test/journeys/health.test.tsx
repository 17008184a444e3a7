import {expect, test, vi} from 'vitest';
import {key} from '../screen.tsx';
import {confirm, leaveReport, onDemo, soonMs, typeLate} from './app.tsx';

const dead =
  /Nothing is being scheduled: the scheduler last reported 4 min \d+ s ago\.\s+airflow-scheduler on demo-1 is failed/;

test('the first screen says what is wrong, why, and which key mends it; three keys mend it', async () => {
  const {screen, demo} = await onDemo();
  await screen.until(dead, soonMs);
  await screen.until(/killed, signal 9\)\. R restarts it\./, soonMs);
  await screen.until(/▸ scheduler +unhealthy +4 min \d+ s +failed/, soonMs);
  screen.press('R');
  await screen.until(/1 {2}systemctl restart airflow-scheduler\.service +as root, by sudo/);
  expect(screen.text()).toContain('3  wait for a new heartbeat');
  expect(demo.world.unit('scheduler').state).toBe('failed');
  await confirm(screen);
  await screen.until('airflow-scheduler is active again', soonMs);
  await leaveReport(screen);
  await screen.until(/Airflow is scheduling/, soonMs);
  await screen.until(/▸ scheduler +healthy +\d+ s +active/, soonMs);
});

test('Enter never confirms, and Esc leaves without doing anything', async () => {
  const {screen, demo} = await onDemo();
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('R');
  await screen.until('y do it', soonMs);
  screen.press(key.enter);
  screen.press(' ');
  screen.press(key.escape);
  await screen.untilGone('systemctl restart');
  expect(demo.world.unit('scheduler').state).toBe('failed');
});

test('a finding shows its evidence and its cure, and R there restarts what it is about', async () => {
  const {screen, demo} = await onDemo();
  await screen.until(/✖ airflow-scheduler on demo-1 is failed/, soonMs);
  screen.press(`${key.tab}j${key.enter}`);
  await screen.until('units: critical');
  expect(screen.text()).toMatch(/state: failed \(failed\) for 4 min/);
  expect(screen.text()).toMatch(/systemctl on demo-1, \d+ s ago/);
  expect(screen.text()).toMatch(/R restart {3}l journal {3}w what changed {3}Esc back/);
  screen.press('l');
  await screen.until("Failed with result 'signal'.", soonMs);
  screen.press(key.escape);
  await screen.until('COMPONENT');
  screen.press(key.enter);
  await screen.until('units: critical');
  screen.press('R');
  await confirm(screen);
  await vi.waitFor(() => expect(demo.world.unit('scheduler').state).toBe('active'), soonMs);
  await screen.until('airflow-scheduler is active again', soonMs);
});

test('a finding that no key here cures names the screen that does, and what is too long scrolls', async () => {
  const {screen} = await onDemo({size: {columns: 80, rows: 16}});
  await screen.until(/2 critical · 3 warning · \d+ ok/, soonMs);
  screen.press(`${key.tab}jj${key.enter}`);
  await screen.until('import-errors: warning');
  await screen.until(/j k scroll {3}2 DAGs {3}w what changed {3}Esc back/);
  expect(screen.text()).not.toContain('the API, ');
  screen.press('G');
  await screen.until(/the API, \d min/);
  screen.press('2');
  await screen.until('LAST RUNS', soonMs);
});

test('the journal of the unit says how it ended, and goes on by itself', async () => {
  const {screen, demo} = await onDemo();
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('l');
  await screen.until("Failed with result 'signal'.", soonMs);
  demo.world.unit('scheduler').start();
  await screen.until('Starting the scheduler', soonMs);
  screen.press('q');
  await screen.until('COMPONENT');
});

test('a key that can do nothing here says why', async () => {
  const {screen} = await onDemo();
  await screen.until(/database +healthy/, soonMs);
  screen.press('GR');
  await screen.until('R restart: windsock does not restart the database.');
  screen.press('g');
  await screen.untilGone('windsock does not restart');
});

test('a stop wants the name of the profile typed, and Z proposes the start that takes it back', async () => {
  const {screen, demo} = await onDemo();
  await screen.until(/triggerer +healthy +\d+ s +active/, soonMs);
  screen.press('jjjS');
  await screen.until('Stop airflow-triggerer');
  await screen.until('Type demo to stop', soonMs);
  const typed = await typeLate(screen, 'x', /to stop: x/);
  screen.press(key.backspace.repeat(typed));
  await screen.until(/to stop: _+ /);
  screen.press('demo');
  await screen.until('Z take back', soonMs);
  expect(demo.world.unit('triggerer').state).toBe('inactive');
  screen.press('Z');
  await screen.until(/┌ Start airflow-triggerer on demo-1/);
});
