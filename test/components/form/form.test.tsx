import {Box} from 'ink';
import {type ReactNode, useState} from 'react';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {useStore} from 'zustand';
import {Dialog, dialogWidth} from '../../../components/dialog/dialog.tsx';
import {formKeymap} from '../../../components/form/form-keys.ts';
import {formLines} from '../../../components/form/form-lines.ts';
import {FormStore, type Question} from '../../../components/form/form-store.ts';
import {Keyboard, ranks, useKeymap} from '../../../components/keys/keyboard.tsx';
import {KeyLayers} from '../../../components/keys/layers.ts';
import {key, renderScreen, type Screen} from '../../screen.tsx';
import {hostile} from '../hostile.ts';

const fine = () => undefined;

const questions: readonly Question[] = [
  {id: 'greeting', label: 'greeting', hint: 'Free text', text: 'hello', check: fine},
  {id: 'colour', label: 'colour', hint: 'One of three', text: 'red', choices: ['red', 'green', 'blue'], check: fine},
  {
    id: 'count',
    label: 'count',
    hint: 'At least 1',
    text: '3',
    check: text => (/^[1-9]\d*$/.test(text) ? undefined : 'A whole number is needed.'),
  },
  {
    id: 'ticket',
    label: 'ticket',
    hint: 'Like OPS-123',
    required: true,
    text: '',
    check: text => (/^[A-Z]+-\d+$/.test(text) ? undefined : 'It must be a ticket.'),
  },
];

let screen: Screen | undefined;
let answers: Record<string, string> | undefined;
let left = false;
beforeEach(() => {
  answers = undefined;
  left = false;
});
afterEach(() => screen?.unmount());

type FormProps = {readonly form: FormStore; readonly columns: number; readonly rows: number};

function Form({form, columns, rows}: FormProps): ReactNode {
  const [sent, setSent] = useState('');
  const state = useStore(form.state);
  useStore(form.field().state);
  const onSubmit = () => {
    const given = form.submit();
    if (given === undefined) return;
    answers = Object.fromEntries(given);
    setSent('sent');
  };
  const onLeave = () => {
    left = true;
    setSent('left');
  };
  useKeymap(formKeymap, {form, onSubmit, onLeave}, {rank: ranks.dialog, modal: true, onText: text => form.type(text)});
  const {lines, focus} = formLines(form, state, dialogWidth(columns));
  return <Dialog title={`Form ${sent}`} lines={lines} keys="Enter" columns={columns} rows={rows} focus={focus} />;
}

async function show(asked = questions, columns = 80, rows = 24): Promise<Screen> {
  const form = new FormStore(asked);
  screen = renderScreen(
    <Keyboard layers={new KeyLayers()}>
      <Box width={columns} height={rows}>
        <Form form={form} columns={columns} rows={rows} />
      </Box>
    </Keyboard>,
    {columns, rows},
  );
  await screen.until('▸');
  return screen;
}

test('each question stands in a line, the one that has the keyboard with its hint', async () => {
  const shown = await show();
  expect(shown.text()).toMatch(/▸ greeting +hello/);
  expect(shown.text()).toContain('Free text');
  expect(shown.text()).not.toContain('At least 1');
  shown.press(key.tab + key.tab);
  await shown.until(/▸ count +3[\s\S]*At least 1/);
  shown.press(key.up + key.up + key.up);
  await shown.until(/▸ ticket \*/);
});

test('a choice goes round with arrows and Space, and to what begins with the letter', async () => {
  const shown = await show();
  shown.press(key.tab);
  await shown.until('‹ red ›');
  shown.press(key.right);
  await shown.until('‹ green ›');
  shown.press('  ');
  await shown.until('‹ red ›');
  shown.press(key.left);
  await shown.until('‹ blue ›');
  shown.press('g');
  await shown.until('‹ green ›');
  shown.press(`x${key.backspace}${key.ctrl('u')}`);
  shown.press(key.tab);
  await shown.until(/▸ count/);
  expect(shown.text()).toMatch(/colour +green/);
});

test('a mistake is shown while it is typed, and gone when it is mended', async () => {
  const shown = await show();
  shown.press(`${key.tab}${key.tab}x`);
  await shown.until('A whole number is needed.');
  shown.press(key.backspace);
  await shown.untilGone('A whole number is needed.');
  expect(shown.text()).toContain('At least 1');
});

test('what is empty and was never tried is no mistake yet', async () => {
  const shown = await show();
  shown.press(key.backTab);
  await shown.until('Like OPS-123');
  expect(shown.text()).not.toContain('It must be a ticket.');
});

test('sending it off goes to the first mistake and shows all of them; mended, it is sent', async () => {
  const shown = await show();
  shown.press(`${key.tab}${key.tab}${key.backspace}`);
  await shown.until(/▸ count {2,}/);
  shown.press(`${key.backTab}${key.enter}`);
  await shown.until(/▸ count[\s\S]*A whole number is needed\.[\s\S]*It must be a ticket\./);
  expect(answers).toBeUndefined();
  shown.press(`12${key.enter}`);
  await shown.until(/▸ ticket/);
  shown.press(`OPS-7${key.enter}`);
  await shown.until('Form sent');
  expect(answers).toEqual({greeting: 'hello', colour: 'red', count: '12', ticket: 'OPS-7'});
});

test('letters and digits are typed, not commands; Esc leaves and sends nothing', async () => {
  const shown = await show();
  shown.press(' qyT?:/1');
  await shown.until('hello qyT?:/1');
  shown.press(key.escape);
  await shown.until('Form left');
  expect(left).toBe(true);
  expect(answers).toBeUndefined();
});

test('a paste with newlines goes into the field, and sends nothing', async () => {
  const shown = await show();
  shown.press('\x1b[200~ one\ntwo\n\x1b[201~');
  await shown.until('hello one two');
  expect(answers).toBeUndefined();
});

test('a form that is longer than the screen scrolls to the question that has the keyboard', async () => {
  const many = Array.from({length: 40}, (_, index) => ({
    id: `${index}`,
    label: `param_${index}`,
    text: `${index}`,
    check: fine,
  }));
  const shown = await show(many, 60, 12);
  expect(shown.text()).toContain('more lines');
  shown.press(key.backTab);
  await shown.until(/▸ param_39/);
  expect(shown.text()).toContain('32 more lines above');
});

test.each(hostile.map((text, index) => [index, text] as const))(
  'hostile text %i leaves the frame straight',
  async (_, text) => {
    const asked = [
      {id: 'a', label: text, hint: text, text, check: () => text},
      {id: 'b', label: 'b', text, choices: [text], check: fine},
      {id: 'c', label: 'c', text: 'c', check: fine},
    ];
    const shown = await show(asked, 60, 20);
    const framed = shown.lines().filter(line => line.includes('│'));
    expect(framed.length).toBeGreaterThan(4);
    for (const line of framed) expect(line).toMatch(/^ │ .* │$/);
    const rights = shown.lines().map((line, y) => (line.includes('│') ? shown.cell(58, y).text : '│'));
    expect(new Set(rights)).toEqual(new Set(['│']));
  },
);
