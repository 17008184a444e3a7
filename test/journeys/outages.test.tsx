import {expect, test} from 'vitest';
import {key} from '../screen.tsx';
import {onDemo, soonMs} from './app.tsx';

const problem = /✖ The Airflow API does not answer: 127\.0\.0\.1:\d+: nothing listens there/;

test('while the API is down the DAGs stay with their age and one line of problem, and come back by themselves', async () => {
  const {demo, screen} = await onDemo();
  screen.press('2');
  await screen.until(/▸ always_fails +✖/, soonMs);
  screen.press('jj');
  demo.world.refuse('api', true);
  screen.press(key.ctrl('r'));
  await screen.until(problem, soonMs);
  expect(screen.text().match(/✖ The Airflow API/g)).toHaveLength(1);
  expect(screen.text()).toContain('▸ cleanup_staging');
  expect(screen.text()).not.toContain('┌');
  await screen.until('API: no answer', soonMs);
  await screen.until(/25 DAGs · [2-9] s old/, soonMs);
  demo.world.refuse('api', false);
  await screen.until(text => !problem.test(text) && /API \d+ ms/.test(text), soonMs);
  expect(screen.text()).toContain('▸ cleanup_staging');
});

test('while the API is down Health keeps the units, says since when nobody answers, and R still works', async () => {
  const {demo, screen} = await onDemo();
  await screen.until(/api-server +answers .*active/, soonMs);
  demo.world.refuse('api', true);
  await screen.until(/scheduler +no answer \d+ s +– +failed/, soonMs);
  await screen.until(/triggerer +no answer \d+ s +– +active/, soonMs);
  await screen.until(/Nothing is being scheduled: airflow-scheduler on demo-1 is failed/, soonMs);
  screen.press('R');
  await screen.until('1  systemctl restart airflow-scheduler.service', soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌');
  demo.world.refuse('api', false);
  await screen.until(/triggerer +healthy +\d+ s +active/, soonMs);
});

test('while the host is down Airflow is asked on, and the state of its units is doubtful', async () => {
  const {demo, screen} = await onDemo();
  await screen.until(/triggerer +healthy +\d+ s +active/, soonMs);
  demo.world.refuse('host', true);
  await screen.until(/triggerer +healthy +\d+ s +\? active/, soonMs);
  await screen.until('0/1 host');
  await screen.until(/\? The units of demo-1 are not known: the host does not answer/, soonMs);
  await screen.until(/Nothing is being scheduled[\s\S]*demo-1 cannot be asked: the host does not answer/);
  screen.press('2');
  await screen.until(/▸ always_fails +✖/, soonMs);
  screen.press('1');
  demo.world.refuse('host', false);
  await screen.until(/triggerer +healthy +\d+ s +active/, soonMs);
  await screen.until('1/1 host');
});

test('without the host from the start, Airflow alone is shown', async () => {
  const {demo, screen} = await onDemo();
  demo.world.refuse('host', true);
  await screen.until(/triggerer +healthy +\d+ s/, soonMs);
  await screen.until(/database +healthy/, soonMs);
});

test('a run that is followed while the API is away is followed on when it is back', async () => {
  const {demo, screen} = await onDemo();
  screen.press('2');
  await screen.until(/▸ always_fails +✖/, soonMs);
  screen.press('/quick');
  await screen.until('1 shown by');
  screen.press(`${key.enter}T`);
  await screen.until('conf, as JSON', soonMs);
  screen.press(key.enter);
  await screen.until('y do it', soonMs);
  screen.press('y');
  await screen.until(/0 of 1 tasks done/, soonMs);
  demo.world.refuse('api', true);
  await screen.until('The Airflow API does not answer; asking again', soonMs);
  demo.world.unit('scheduler').start();
  demo.world.refuse('api', false);
  await screen.until('The run succeeded after', soonMs);
});
