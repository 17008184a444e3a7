import stringWidth from 'string-width';
import {afterEach, expect, test, vi} from 'vitest';
import {Field, fieldSegments} from '../../../components/field/field.tsx';
import {fieldCommands} from '../../../components/field/field-keys.ts';
import {FieldStore} from '../../../components/field/field-store.ts';
import {bind} from '../../../components/keys/keymap.ts';
import {KeyLayers} from '../../../components/keys/layers.ts';
import {renderScreen, type Screen} from '../../screen.tsx';

// Before Ink is loaded: it looks for colours once.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '3';
});

let screen: Screen | undefined;
afterEach(() => screen?.unmount());

/** A field at the keyboard. */
function keyboard(field: FieldStore): (...presses: string[]) => void {
  const layers = new KeyLayers();
  const keymap = bind({title: 'Field', commands: fieldCommands}, {field: () => field});
  layers.push({keymap, modal: true, onText: text => field.type(text)}, 20);
  return (...presses) => {
    for (const press of presses) layers.dispatch(press);
  };
}

const at = (field: FieldStore) => field.state.getState().caret;

test('what is typed stands where the caret is', () => {
  const field = new FieldStore('etl');
  const press = keyboard(field);
  press('_', 'x', 'left', 'left', 'space', 'home', '>', 'end', '<');
  expect(field.text).toBe('>etl _x<');
  expect(at(field)).toBe(8);
});

test('the caret stays within the text', () => {
  const field = new FieldStore('ab');
  const press = keyboard(field);
  press('right', 'right');
  expect(at(field)).toBe(2);
  press('left', 'left', 'left');
  expect(at(field)).toBe(0);
  press('backspace', 'left');
  press('delete');
  expect(field.text).toBe('b');
});

test('wide and joined characters are one step, and one backspace', () => {
  const field = new FieldStore('a日👍🏽e\u0301');
  const press = keyboard(field);
  expect(at(field)).toBe(4);
  press('backspace');
  expect(field.text).toBe('a日👍🏽');
  press('left', 'delete');
  expect(field.text).toBe('a日');
  press('backspace', 'backspace');
  expect(field.text).toBe('');
});

test('an accent that comes after its letter joins it: the caret stands behind both', () => {
  const field = new FieldStore();
  const press = keyboard(field);
  press('e', '\u0301', 'x');
  expect(field.text).toBe('e\u0301x');
  expect(at(field)).toBe(2);
  press('backspace', 'backspace');
  expect(field.text).toBe('');
});

test('a paste is one line, without control characters', () => {
  const field = new FieldStore('ab');
  field.move(-1);
  field.type('one\r\ntwo\x1b[31m\tthree\x07\u202e');
  expect(field.text).toBe('aone two [31m three b');
  expect(field.text).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
});

test('^U takes away all before the caret, ^W the word before it', () => {
  const field = new FieldStore('one two  three');
  const press = keyboard(field);
  press('ctrl+w');
  expect(field.text).toBe('one two  ');
  press('ctrl+w');
  expect(field.text).toBe('one ');
  press('x', 'y', 'left', 'ctrl+u');
  expect(field.text).toBe('y');
  expect(at(field)).toBe(0);
  press('ctrl+w', 'ctrl+u');
  expect(field.text).toBe('y');
});

test('^W at the caret takes away whole characters', () => {
  const field = new FieldStore('日本 👍🏽👍🏽 x');
  const press = keyboard(field);
  press('left', 'left', 'ctrl+w');
  expect(field.text).toBe('日本  x');
  expect(at(field)).toBe(3);
});

test('who listens hears each change of the text, and no movement', () => {
  const heard = vi.fn();
  const field = new FieldStore('a', heard);
  const press = keyboard(field);
  press('b', 'left', 'home', 'end', 'backspace');
  expect(heard.mock.calls).toEqual([['ab'], ['a']]);
});

test.each(['x'.repeat(200), '日本語'.repeat(60), '👍🏽a'.repeat(60), 'e\u0301'.repeat(200)])(
  'the part around the caret is drawn in the cells that there are: %#',
  text => {
    const field = new FieldStore(text);
    for (const caret of [0, 1, 7, 60, 10_000]) {
      field.moveTo(caret);
      const segments = fieldSegments(field.text, at(field), 20, true);
      expect(stringWidth(segments.map(segment => segment.text).join(''))).toBeLessThanOrEqual(20);
      expect(segments[1]?.text).not.toBe('');
      expect(segments[1]?.inverse).toBe(true);
    }
  },
);

test('blanks are drawn where they were typed', () => {
  const drawn = (text: string) =>
    fieldSegments(text, 10, 20, true)
      .map(segment => segment.text)
      .join('');
  expect(drawn('日  本 ')).toBe('日  本  ');
  expect(drawn('日\u3000本')).toBe('日 本 ');
});

test('a text of 10,000 characters is drawn at once', () => {
  const text = '日本語のとても長い名前'.repeat(1000);
  const began = performance.now();
  fieldSegments(text, 11_000, 60, true);
  expect(performance.now() - began).toBeLessThan(500);
});

test('the caret is drawn on its character', async () => {
  const field = new FieldStore('日本x');
  field.moveTo(1);
  screen = renderScreen(<Field field={field} width={10} />, {columns: 20, rows: 3});
  await screen.until('日本x');
  expect(screen.cell(2, 0)).toMatchObject({text: '本', inverse: true});
  expect(screen.cell(0, 0).inverse).toBe(false);
  field.move(2);
  await screen.until(() => screen?.cell(5, 0).inverse === true);
});
