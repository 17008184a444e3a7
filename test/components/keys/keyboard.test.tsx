import {Box, Text} from 'ink';
import {type ReactNode, useState} from 'react';
import {afterEach, expect, test} from 'vitest';
import {useStore} from 'zustand';
import {createStore} from 'zustand/vanilla';
import {Field} from '../../../components/field/field.tsx';
import {fieldCommands} from '../../../components/field/field-keys.ts';
import {FieldStore} from '../../../components/field/field-store.ts';
import {Keyboard, ranks, useKeymap} from '../../../components/keys/keyboard.tsx';
import type {Keymap} from '../../../components/keys/keymap.ts';
import {type Dispatched, KeyLayers} from '../../../components/keys/layers.ts';
import {Table} from '../../../components/table/table.tsx';
import {moveCommands} from '../../../components/table/table-keys.ts';
import type {TableStore} from '../../../components/table/table-store.ts';
import {key, renderScreen, type Screen} from '../../screen.tsx';
import {type Dag, many, noun, tableOf} from '../table/dags.ts';

let screen: Screen | undefined;
afterEach(() => screen?.unmount());

type Context = {
  readonly table: TableStore<Dag>;
  readonly propose: (id: string | undefined) => void;
  readonly edit: () => void;
};

const listKeymap: Keymap<Context> = {
  title: 'List',
  commands: [
    {
      id: 'list.trigger',
      keys: ['T'],
      label: 'trigger',
      help: 'Trigger it',
      unavailable: ({table}) => (table.row()?.id === 'dag_00000' ? 'Not the first' : undefined),
      run: ({table, propose}) => propose(table.row()?.id),
    },
    {id: 'list.filter', keys: ['/'], label: 'filter', help: 'Filter', run: ({edit}) => edit()},
    ...moveCommands,
  ],
};

type EditContext = {readonly field: () => FieldStore; readonly leave: () => void};

const editKeymap: Keymap<EditContext> = {
  title: 'Edit',
  commands: [
    {id: 'edit.leave', keys: ['enter'], label: 'leave', help: 'Leave', run: ({leave}) => leave()},
    ...fieldCommands,
  ],
};

const proposed = createStore<string>(() => '');
const field = new FieldStore();

function Edit({leave}: {readonly leave: () => void}): ReactNode {
  useKeymap(
    editKeymap,
    {field: () => field, leave},
    {rank: ranks.field, modal: true, onText: text => field.type(text)},
  );
  return (
    <Text>
      edit: <Field field={field} width={40} />
    </Text>
  );
}

function List({table}: {readonly table: TableStore<Dag>}): ReactNode {
  const [editing, setEditing] = useState(false);
  const last = useStore(proposed);
  useKeymap(
    listKeymap,
    {table, propose: id => proposed.setState(id ?? 'none', true), edit: () => setEditing(true)},
    {rank: ranks.screen},
  );
  return (
    <Box flexDirection="column">
      <Table table={table} width={60} height={8} noun={noun} />
      <Text>proposed: {last}</Text>
      {editing ? <Edit leave={() => setEditing(false)} /> : <Text>list</Text>}
    </Box>
  );
}

async function show(onDispatched?: (dispatched: Dispatched) => void): Promise<Screen> {
  proposed.setState('', true);
  field.set('');
  const element = (
    <Keyboard layers={new KeyLayers()} {...(onDispatched === undefined ? {} : {onDispatched})}>
      <List table={tableOf(many(5))} />
    </Keyboard>
  );
  screen = renderScreen(element, {columns: 60, rows: 12});
  await screen.until('▸ dag_00000');
  return screen;
}

test('"jT" in one chunk proposes the row under the cursor after the j', async () => {
  const shown = await show();
  shown.press('jT');
  await shown.until('proposed: dag_00001');
  shown.press('jjT');
  await shown.until('proposed: dag_00003');
});

test('jamo do what the Latin keys in their place do', async () => {
  const shown = await show();
  shown.press('ㅓㅓㅆ');
  await shown.until('proposed: dag_00002');
});

test('arrows and letters in one chunk come in their order', async () => {
  const shown = await show();
  shown.press(`${key.down}j${key.up}T`);
  await shown.until('proposed: dag_00001');
});

test('what a press opened hears the next press of the same chunk', async () => {
  const shown = await show();
  shown.press('/jT');
  await shown.until('edit: jT');
  expect(shown.text()).toContain('▸ dag_00000');
});

test('what a press closed does not hear the next press of the same chunk', async () => {
  const shown = await show();
  shown.press('/ab\rj');
  await shown.until('▸ dag_00001');
  expect(field.text).toBe('ab');
});

test('a control key in the middle of a chunk is heard', async () => {
  const shown = await show();
  shown.press('/one two\x17x');
  await shown.until('edit: one x');
});

test('a paste outside a field does nothing, in a field it is one line', async () => {
  const shown = await show();
  shown.press('\x1b[200~jjT\x1b[201~');
  shown.press('/\x1b[200~first\nsecond\tthird\x1b[201~');
  await shown.until('edit: first second third');
  expect(shown.text()).toContain('▸ dag_00000');
  expect(shown.text()).toMatch(/proposed:$/m);
});

test('a key that was refused tells why', async () => {
  const heard: Dispatched[] = [];
  const shown = await show(dispatched => heard.push(dispatched));
  shown.press('Tj');
  await shown.until('▸ dag_00001');
  expect(heard).toMatchObject([{at: 'refused', why: 'Not the first'}, {at: 'ran'}]);
});
