import {Box} from 'ink';
import {type ReactNode, useState} from 'react';
import {afterEach, expect, test, vi} from 'vitest';
import {Keyboard} from '../../../components/keys/keyboard.tsx';
import {type Dispatched, KeyLayers} from '../../../components/keys/layers.ts';
import {Palette} from '../../../components/palette/palette.tsx';
import {type Entry, PaletteStore} from '../../../components/palette/palette-store.ts';
import {key, renderScreen, type Screen} from '../../screen.tsx';
import {hostile} from '../hostile.ts';

let ran: string[] = [];
let screen: Screen | undefined;
afterEach(async () => {
  ran = [];
  await screen?.unmount();
});

const entry = (text: string, group = 'DAGs', more: Partial<Entry> = {}): Entry => ({
  id: text,
  keys: 'x',
  text,
  group,
  run: () => ran.push(text),
  ...more,
});

const entries = [
  entry('Restart the unit', 'Health', {keys: 'R'}),
  entry('Start a run of the DAG', 'DAGs', {keys: 'T'}),
  entry('Stop the unit', 'Health', {why: 'Another operation is open'}),
  entry('profile staging', 'Profiles'),
];

const found = (text: string) => new PaletteStore(entries, text).found().map(({id}) => id);

test('every word that is typed must be there, in the text or in the heading', () => {
  expect(found('unit')).toEqual(['Restart the unit', 'Stop the unit']);
  expect(found('health  STOP')).toEqual(['Stop the unit']);
  expect(found('unit dags')).toEqual([]);
  expect(found('')).toHaveLength(4);
});

test('what begins with the first word comes first', () => {
  expect(found('start')).toEqual(['Start a run of the DAG', 'Restart the unit']);
  expect(found('st')).toEqual(['Start a run of the DAG', 'Stop the unit', 'Restart the unit', 'profile staging']);
});

test('a name is found, too, and comes first', () => {
  const named = [entry('Restart what triggers'), entry('Start a run of the DAG', 'DAGs', {name: 'trigger'})];
  expect(new PaletteStore(named, 'trigger').found().map(({id}) => id)).toEqual([
    'Start a run of the DAG',
    'Restart what triggers',
  ]);
});

test('the choice stays in the list, and goes to its top when something is typed', () => {
  const palette = new PaletteStore(entries);
  palette.move(-3);
  expect(palette.entry()?.id).toBe('Restart the unit');
  palette.move(10);
  expect(palette.entry()?.id).toBe('profile staging');
  palette.field.type('zzz');
  expect(palette.entry()).toBeUndefined();
  palette.move(1);
  palette.field.set('s');
  expect(palette.entry()?.id).toBe('Start a run of the DAG');
});

function Opened({
  listed,
  columns,
  rows,
}: {
  readonly listed: readonly Entry[];
  readonly columns: number;
  readonly rows: number;
}): ReactNode {
  const [open, setOpen] = useState(true);
  if (!open) return null;
  return <Palette title="Keys" entries={listed} columns={columns} rows={rows} onClose={() => setOpen(false)} />;
}

async function show(listed: readonly Entry[] = entries, columns = 80, rows = 20) {
  const heard: Dispatched[] = [];
  const shown = renderScreen(
    <Keyboard layers={new KeyLayers()} onDispatched={dispatched => heard.push(dispatched)}>
      <Box width={columns} height={rows}>
        <Opened listed={listed} columns={columns} rows={rows} />
      </Box>
    </Keyboard>,
    {columns, rows},
  );
  screen = shown;
  await shown.until('Enter do it');
  return {shown, heard};
}

test('typing searches, Enter does what is chosen and closes', async () => {
  const {shown} = await show();
  shown.press('unit');
  await shown.untilGone('Start a run');
  shown.press(`${key.up}${key.enter}`);
  await shown.untilGone('Keys');
  expect(ran).toEqual(['Restart the unit']);
});

test('what cannot be done now says why, and is not done', async () => {
  const {shown, heard} = await show();
  shown.press(`stop${key.enter}`);
  await shown.until('Stop the unit: Another operation is open');
  await vi.waitFor(() => expect(heard.at(-1)?.at).toBe('refused'));
  expect(heard.at(-1)).toMatchObject({why: 'Another operation is open'});
  expect(ran).toEqual([]);
});

test('says that nothing is called that', async () => {
  const {shown} = await show();
  shown.press('zzz');
  await shown.until('Nothing is called that.');
  shown.press(key.escape);
  await shown.untilGone('Keys');
  expect(ran).toEqual([]);
});

test('a long list scrolls with the choice', async () => {
  const {shown} = await show(Array.from({length: 60}, (_, index) => entry(`command ${index}`)));
  expect(shown.text()).toContain('command 0');
  shown.press(key.pageDown.repeat(6));
  await shown.until('command 59');
  expect(shown.text()).not.toContain('command 0 ');
});

test('hostile names leave the columns straight', async () => {
  const {shown} = await show(
    hostile.map(text => entry(text, 'Profiles')),
    80,
    24,
  );
  const rows = shown.lines().flatMap((line, y) => (line.includes('Profiles') ? [y] : []));
  expect(rows).toHaveLength(hostile.length);
  for (const y of rows) {
    expect([shown.cell(1, y).text, shown.cell(78, y).text]).toEqual(['│', '│']);
    expect(Array.from({length: 8}, (_, x) => shown.cell(64 + x, y).text).join('')).toBe('Profiles');
  }
});
