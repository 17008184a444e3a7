import {expect, test, vi} from 'vitest';
import {connectAirflow} from '../../src/airflow/connect.ts';
import type {Demo} from '../../src/demo/demo.ts';
import {key, type Screen} from '../screen.tsx';
import {confirm, leaveReport, onDemo, soonMs} from './app.tsx';

const paused = (demo: Demo) => [...demo.world.runs.dags.values()].filter(dag => dag.paused).map(dag => dag.spec.id);

async function onDags(): Promise<{demo: Demo; screen: Screen}> {
  const opened = await onDemo();
  opened.screen.press('2');
  await opened.screen.until(/▸ always_fails +✖/, soonMs);
  return opened;
}

test('marked DAGs are paused together; those that are paused already are left out; Z takes it back', async () => {
  const {demo, screen} = await onDags();
  const before = paused(demo);
  screen.press('/etl_');
  await screen.until('3 shown by /etl_');
  screen.press(`${key.enter}a`);
  await screen.until('3 marked');
  screen.press(`/${key.ctrl('u')}report${key.enter} `);
  await screen.until(/1 shown by \/report · 4 marked/);
  screen.press(`/${key.ctrl('u')}always${key.enter}P`);
  await screen.until('Pause 4 DAGs');
  await screen.until('1 of them is paused already.', soonMs);
  expect(screen.text()).toContain('4 of the marked DAGs are hidden by the filter.');
  await confirm(screen);
  await screen.until(/✓ {2}Pause etl_hourly[\s\S]*Z take back/, soonMs);
  expect(paused(demo)).toEqual([...before, 'etl_backfill', 'etl_daily', 'etl_hourly'].toSorted());
  screen.press('Z');
  await screen.until('Unpause 3 DAGs');
  await confirm(screen);
  await screen.until(/✓ {2}Unpause etl_backfill/, soonMs);
  await vi.waitFor(() => expect(paused(demo)).toEqual(before));
  await leaveReport(screen);
  screen.press(`${key.escape}`);
  await screen.until('25 DAGs · 4 marked');
  screen.press(key.escape);
  await screen.until(/25 DAGs · \d+ s old/);
});

test('a run starts from its form: without a ticket it is refused, with one it succeeds, and is in the runs', async () => {
  const {demo, screen} = await onDags();
  demo.world.unit('scheduler').start();
  screen.press('GT');
  await screen.until('Trigger with_params');
  await screen.until('Free text');
  screen.press(key.enter);
  await screen.until(/▸ ticket \*\s+│\s+│ +A value is needed\./);
  screen.press(`ops${key.enter}`);
  await screen.until(/It must match/);
  screen.press(`${key.ctrl('u')}OPS-123${key.enter}`);
  await screen.until(/Start a run with .*"ticket": "OPS-123"/s);
  await confirm(screen);
  await screen.until('The run succeeded after', soonMs);
  await leaveReport(screen);
  screen.press(key.enter);
  await screen.until(/▸ ✓ success +manual__/, soonMs);
  screen.press(key.enter);
  await screen.until(/▸ ✓ success +show +1/, soonMs);
  screen.press('q');
  await screen.until(/STATE +RUN/);
  screen.press('q');
  await screen.until('▸ with_params');
});

test('what somebody types is not taken for keys: q, y and digits go into the form', async () => {
  const {screen} = await onDags();
  screen.press('GT');
  await screen.until('Free text');
  screen.press('qy1?');
  await screen.until('helloqy1?');
  screen.press(key.escape);
  await screen.untilGone('Trigger with_params');
  expect(screen.text()).toContain('▸ with_params');
});

test('filter, order, marks and cursor survive a refresh', async () => {
  const {screen} = await onDags();
  screen.press('/!lab');
  await screen.until('21 shown by');
  screen.press(`${key.ctrl('u')}/etl_|ml_/${key.enter}`);
  await screen.until('5 shown by');
  screen.press('g|gj j');
  await screen.until(/\* ml_score/);
  await screen.until(/▸ etl_daily/);
  const order = (text: string) => text.match(/\b(etl|ml)_\w+/g)?.slice(0, 5);
  const before = order(screen.text());
  expect(before).toEqual(['ml_train', 'ml_score', 'etl_hourly', 'etl_daily', 'etl_backfill']);
  screen.press(key.ctrl('r'));
  await screen.until('Asking again');
  await screen.until(/ 0 s old/, soonMs);
  expect(order(screen.text())).toEqual(before);
  expect(screen.text()).toMatch(/\* ml_score/);
  expect(screen.text()).toMatch(/▸ etl_daily/);
  expect(screen.text()).toContain('1 marked');
});

test('the cursor stays on its DAG when a refresh reorders the list, and P acts on it', async () => {
  const {demo, screen} = await onDags();
  const api = demo.profile.api;
  if (api === undefined) throw new Error('the demo has an API');
  screen.press('>>>>');
  await screen.until('STATE▴');
  screen.press('jj');
  await screen.until(/▸ cleanup_staging .* on$/m);
  // Somebody else, in a browser.
  const other = await connectAirflow(api)();
  await other.setPaused('always_fails', true);
  await other.setPaused('cleanup_staging', true);
  screen.press(key.ctrl('r'));
  await screen.until(/▸ cleanup_staging .* paused$/m, soonMs);
  const lines = screen.lines();
  const at = lines.findIndex(line => line.includes('▸'));
  expect(lines.slice(3, at).every(line => line.endsWith(' on') || line.includes('always_fails'))).toBe(true);
  screen.press('P');
  await screen.until('Unpause cleanup_staging');
});

test('import errors are read with their tracebacks', async () => {
  const {screen} = await onDags();
  screen.press('i');
  await screen.until("ModuleNotFoundError: No module named 'a_module_that_does_not_exist'", soonMs);
  screen.press('q');
  await screen.until('▸ always_fails');
});

test('at the root q leaves windsock', async () => {
  const {screen} = await onDags();
  screen.press(' ');
  await screen.until('1 marked');
  screen.press('q');
  await screen.untilGone('1 marked');
  screen.press('q');
  await screen.until(text => text.trim() === '');
});
