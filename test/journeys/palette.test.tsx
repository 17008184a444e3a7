import {expect, test} from 'vitest';
import {key} from '../screen.tsx';
import {demo, onDemo, soonMs, windsock} from './app.tsx';

test('the help lists the keys that work here, and is searched by typing', async () => {
  const {screen} = await onDemo();
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('?');
  await screen.until('Keys');
  await screen.until(/R +Restart the unit +Health/);
  screen.press('journal');
  await screen.untilGone('Restart the unit');
  await screen.until(/l +Show the journal of the unit, and follow it/);
  screen.press(key.enter);
  await screen.until('Journal of airflow-scheduler on demo-1');
});

test('the help of a screen has its keys, and says why one can do nothing now', async () => {
  const {screen} = await onDemo();
  screen.press('2');
  await screen.until(/▸ always_fails/, soonMs);
  screen.press(`${key.enter}?`);
  await screen.until('Keys');
  screen.press('tracebacks');
  await screen.until(/i +import errors: Only in the list of DAGs/);
  screen.press(key.enter);
  await screen.until('Enter do it: Only in the list of DAGs.');
});

test('the palette switches screens', async () => {
  const {screen} = await onDemo();
  await screen.until(/▸ scheduler/, soonMs);
  screen.press(':screen dags');
  await screen.until(/The screen DAGs/);
  screen.press(key.enter);
  await screen.until(/▸ always_fails/, soonMs);
  screen.press(`:logs${key.enter}`);
  await screen.until('VOLUME', soonMs);
});

test('the palette opens the help, with the keys of the screen', async () => {
  const {screen} = await onDemo();
  await screen.until(/▸ scheduler/, soonMs);
  screen.press(':searchable');
  await screen.until('All keys that work here, searchable');
  screen.press(key.enter);
  await screen.until('┌ Keys');
  await screen.until(/R +Restart the unit/);
  expect(screen.text()).not.toContain(': searchable');
});

test('the menu of a row has what its screen can do', async () => {
  const {screen} = await onDemo();
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('x');
  await screen.until('What can be done here');
  expect(screen.text()).toMatch(/S +Stop the unit/);
  expect(screen.text()).not.toContain('The screen DAGs');
  screen.press(`restart${key.enter}`);
  await screen.until('Restart airflow-scheduler on demo-1', soonMs);
});

test('the palette switches profiles: the other installation is shown, and the first is left', async () => {
  const [one, two] = await Promise.all([demo(), demo()]);
  two.world.unit('scheduler').start();
  const staging = {...two.profile, name: 'staging'};
  const screen = windsock({profile: one.profile, profiles: [one.profile, staging]});
  await screen.until('Nothing is being scheduled', soonMs);
  screen.press(':profile');
  await screen.until('profile staging');
  expect(screen.text()).not.toContain('profile demo');
  screen.press(key.enter);
  await screen.until(/windsock {2}staging/);
  await screen.until('Airflow is scheduling', soonMs);
  screen.press(`:profile demo${key.enter}`);
  await screen.until(/windsock {2}demo/);
  await screen.until('Nothing is being scheduled', soonMs);
});

test('Esc leaves the palette and does nothing', async () => {
  const {screen} = await onDemo();
  await screen.until(/▸ scheduler/, soonMs);
  screen.press(':quit');
  await screen.until(/q \^C +Leave windsock/);
  screen.press(key.escape);
  await screen.untilGone('Leave windsock');
  await screen.until(/▸ scheduler/);
});

test('cursor and frames are ASCII on an ASCII terminal', async () => {
  const {screen} = await onDemo({ascii: true});
  await screen.until(/> scheduler/, soonMs);
  screen.press('?');
  await screen.until('+ Keys');
});
