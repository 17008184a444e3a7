import {describe, expect, test, vi} from 'vitest';
import type {Console} from '../../src/console.ts';
import type {Profile} from '../../src/profile/profile.ts';
import {hostile} from '../components/hostile.ts';
import {key, type Screen} from '../screen.tsx';
import {address, airflow, type Reply, recorded, replyOf, serve} from '../src/airflow/server.ts';
import {demo, type Options, onDemo, soonMs, windsock} from './app.tsx';

// Before Ink is loaded: whatever is coloured then was coloured by somebody else.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '0';
});

const notes = (console: Console | undefined) =>
  (console?.activity.record.entries() ?? []).flatMap(({subject, what}) => (subject.kind === 'note' ? [what] : []));

type Wire = {readonly key: string; readonly value: string | null; readonly description?: string};

/** The screen Data of an Airflow that has these variables, and no host. */
async function onVariables(
  version: '2.11.0' | '3.3.2',
  variables: (offset: number) => Reply | Promise<Reply>,
  options: Pick<Options, 'size' | 'onOpen'> = {},
): Promise<Screen> {
  const {url} = await serve(
    airflow(version, ({path, query}) =>
      path.endsWith('/variables') ? variables(Number(query.get('offset'))) : {status: 404, json: {detail: 'no'}},
    ),
  );
  const {api: _, hosts: __, ...rest} = (await demo()).profile;
  const profile: Profile = {...rest, api: address(url), hosts: []};
  const screen = windsock({profile, ...options});
  screen.press('5');
  return screen;
}

const all = (variables: readonly Wire[]) => (offset: number) => ({
  json: {variables: variables.slice(offset, offset + 100), total_entries: variables.length},
});

test('values are masked until they are revealed, which is recorded, and masked again by the same key', async () => {
  let console: Console | undefined;
  const {screen} = await onDemo({onOpen: opened => (console = opened)});
  screen.press('5');
  await screen.until(/▸ environment +•••• +Which installation/, soonMs);
  expect(screen.text()).not.toMatch(/eu-central-1|5000|\*\*\*/);
  screen.press('jr');
  await screen.until(/▸ etl_batch_size +5000/);
  expect(screen.text()).toContain('etl_batch_size is shown, and the activity records it.');
  expect(screen.text()).toMatch(/ etl_max_attempts +••••/);
  expect(notes(console)).toEqual(['revealed variables: etl_batch_size']);
  screen.press('r');
  await screen.until(/▸ etl_batch_size +••••/);
  expect(notes(console)).toHaveLength(1);
  screen.press('r');
  await screen.until(/▸ etl_batch_size +5000/);
  // Whoever comes back later has not revealed it.
  screen.press('4');
  await screen.until('VOLUME', soonMs);
  screen.press('5');
  await screen.until(/etl_batch_size +••••/, soonMs);
});

test('the filter finds keys and descriptions, and a value only when it is revealed', async () => {
  const {screen} = await onDemo();
  screen.press('5');
  await screen.until(/▸ environment/, soonMs);
  screen.press('/finance@');
  await screen.until('No variable passes /finance@');
  screen.press(`${key.ctrl('u')}files`);
  await screen.until(/▸ partner_feed/);
  screen.press(`${key.ctrl('u')}recipients${key.enter}`);
  await screen.until(/▸ report_recipients/);
  screen.press('r');
  await screen.until(/▸ report_recipients +finance@example\.com,/);
  screen.press(`/${key.ctrl('u')}finance@${key.enter}`);
  await screen.until('13 variables · 1 shown by /finance@');
  screen.press('r');
  await screen.until('No variable passes /finance@');
  screen.press(key.escape);
  await screen.until(/13 variables · \d+ s old/);
});

test('a variable is opened whole: masked first, JSON over several lines, what Airflow hides is said', async () => {
  let console: Console | undefined;
  const {screen} = await onDemo({onOpen: opened => (console = opened)});
  screen.press('5');
  await screen.until(/▸ environment/, soonMs);
  screen.press(`/ml_features${key.enter}`);
  await screen.until(/▸ ml_features/);
  screen.press(key.enter);
  await screen.until(/┌ ml_features/);
  await screen.until(/│ •••• /);
  expect(screen.text()).not.toContain('window_days');
  screen.press('r');
  await screen.until(/│ \{ +│\n.*│ {3}"window_days": 28, +│\n.*│ {3}"holidays": true,/);
  await screen.until('r mask');
  expect(notes(console)).toEqual(['revealed variables: ml_features']);
  screen.press(key.escape);
  await screen.untilGone('┌');
  screen.press(`/${key.ctrl('u')}partner${key.enter}${key.enter}`);
  await screen.until(/┌ partner_api_key/);
  await screen.until('Airflow gives *** in place of this value');
  screen.press('r');
  await screen.until('r reveal: Airflow does not give this value.');
  screen.press(key.escape);
  await screen.untilGone('┌');
  screen.press(`j${key.enter}r`);
  await screen.until(/┌ partner_feed/);
  await screen.until('"password": "***"');
  await screen.until('Airflow gives *** in place of what it takes for secrets.');
  screen.press('q');
  await screen.untilGone('┌');
  expect(screen.text()).toContain('▸ partner_feed');
});

test('a long value is scrolled, and keeps its blanks', async () => {
  const text = Array.from({length: 60}, (_, index) => `  line ${index}`).join('\n');
  const screen = await onVariables('3.3.2', all([{key: 'long', value: text}]));
  await screen.until(/▸ long/, soonMs);
  screen.press(`${key.enter}r`);
  await screen.until(/│ {3}line 0 /);
  await screen.until(/\d+ more lines/);
  expect(screen.text()).not.toContain('line 59');
  screen.press('G');
  await screen.until(/│ {3}line 59 /);
  screen.press(key.pageUp);
  await screen.until(/more lines above, \d+ below/);
  screen.press('gj');
  await screen.until(/┌ long .*\n.*│ {3}line 1 [\s\S]*1 more line above/);
});

test('a value that Airflow cannot decrypt is told as such', async () => {
  const screen = await onVariables('3.3.2', all([{key: 'lost', value: null}]));
  await screen.until(/▸ lost +\(cannot be decrypted\)/, soonMs);
  screen.press(key.enter);
  await screen.until(/it was encrypted with another fernet/);
  screen.press('r');
  await screen.until('r reveal: Airflow cannot decrypt this value.');
});

test('Airflow 2 hides nothing: there *** is the value', async () => {
  const screen = await onVariables('2.11.0', all([{key: 'stars', value: '***'}]));
  await screen.until(/▸ stars +••••/, soonMs);
  screen.press('r');
  await screen.until(/▸ stars +\*\*\*/);
});

test('of 10,000 variables the first are shown while the others come', async () => {
  let goOn = () => {};
  const waiting = new Promise<void>(resolve => {
    goOn = resolve;
  });
  const variables = Array.from({length: 10_000}, (_, index) => ({
    key: `key_${String(index).padStart(5, '0')}`,
    value: 'x',
  }));
  const screen = await onVariables('3.3.2', async offset => {
    if (offset > 0) await waiting;
    return all(variables)(offset);
  });
  await screen.until('100 variables · 10000 in all, the rest is coming', soonMs);
  screen.press('j');
  await screen.until('▸ key_00001');
  goOn();
  await screen.until(/10,000 variables · \d+ s old/, soonMs);
  expect(screen.text()).toContain('▸ key_00001');
  screen.press('G');
  await screen.until('▸ key_09999');
});

describe('where there is nothing to show', () => {
  test('no variable at all', async () => {
    const screen = await onVariables('3.3.2', all([]));
    await screen.until('Airflow has no variable in its database.', soonMs);
    screen.press(`${key.enter}`);
    await screen.until('Enter open: No variable is listed.');
  });

  test.each(['2.11.0', '3.3.2'] as const)('no right to see them, Airflow %s', async version => {
    const name = version === '2.11.0' ? 'auth-viewer-variables-403' : 'auth-viewer-variables';
    const screen = await onVariables(version, () => replyOf(recorded(version, name)));
    await screen.until(/✖ Airflow does not allow this user to do that/, soonMs);
    await screen.until(/Give the user of the\s+profile a role that may do it/);
    expect(screen.text()).toContain('Not known.');
  });

  test('no API in the profile', async () => {
    const {api: _, ...profile} = (await demo()).profile;
    const screen = windsock({profile});
    screen.press('5');
    await screen.until('This profile names no Airflow API', soonMs);
  });
});

test('a variable that is deleted while it is open is said to be gone, and the rest stays when the API fails', async () => {
  let variables: readonly Wire[] = [
    {key: 'gone', value: 'a'},
    {key: 'stays', value: 'b'},
  ];
  let fails = false;
  let console: Console | undefined;
  const screen = await onVariables(
    '3.3.2',
    offset => (fails ? {status: 500, json: {detail: 'Internal Server Error'}} : all(variables)(offset)),
    {onOpen: opened => (console = opened)},
  );
  await screen.until(/▸ gone/, soonMs);
  screen.press(key.enter);
  await screen.until(/┌ gone/);
  variables = variables.slice(1);
  await console?.live.touch(['variables']);
  await screen.until('Airflow has no such variable any more.', soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌');
  fails = true;
  screen.press(key.ctrl('r'));
  await screen.until(/✖ Airflow failed while it answered/, soonMs);
  expect(screen.text()).toMatch(/▸ stays +••••/);
});

test.each([
  {columns: 80, rows: 24},
  {columns: 200, rows: 40},
])(
  'hostile keys and values do nothing to the terminal, at $columns columns',
  async size => {
    const attack = '\x1b]0;owned\x07\x1b[2J\x1b[31mRED\r\x1b[5;5HJUMP\x9b7m\u202eDIR';
    const texts = [...hostile.map(text => text.toWellFormed()), attack];
    const screen = await onVariables(
      '3.3.2',
      all(
        texts.map((text, index) => ({key: `${String(index).padStart(2, '0')}${text}`, value: text, description: text})),
      ),
      {size},
    );
    const titles: string[] = [];
    screen.terminal.onTitleChange(title => titles.push(title));
    await screen.until(`${texts.length} variables`, soonMs);
    for (const [index] of texts.entries()) {
      screen.press(`g${'j'.repeat(index)}${key.enter}`);
      await screen.until(new RegExp(`┌ ${String(index).padStart(2, '0')}`));
      screen.press('rG');
      await screen.until('r mask');
      for (const [y, line] of screen.lines().entries()) {
        expect(line).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
        for (let x = 0; x < size.columns; x += 7) expect(screen.cell(x, y).coloured, line).toBe(false);
      }
      expect(screen.lines()[1], screen.text()).toMatch(/^ 1 Health {2}2 DAGs/);
      screen.press('q');
      await screen.untilGone('┌');
    }
    expect(titles).toEqual([]);
  },
  90_000,
);
