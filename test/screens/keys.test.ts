import {expect, test} from 'vitest';
import {keymaps} from '../../screens/keymaps.ts';
import {keysPage} from '../../screens/keys-page.ts';

/** Keys that confirm a preview or answer a question: they are small, and do something. */
const answers = new Set(['operation.confirm', 'quit.yes', 'host-key.accept', 'palette.run']);

const isCapital = (key: string) => /^\p{Lu}$/u.test(key);

test('docs/keys.md is what the tables of commands say', async () => {
  await expect(keysPage()).toMatchFileSnapshot('../../docs/keys.md');
});

test.each(keymaps.map(keymap => [keymap.title, keymap] as const))('%s binds no key twice', (_, {commands}) => {
  const keys = commands.flatMap(command => command.keys);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test('a key that is bound twice is noticed', () => {
  const keys = ['j', 'k', 'j'];
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual(['j']);
});

test('small letters only look, capitals propose an operation', () => {
  const wrong = keymaps.flatMap(({commands}) =>
    commands
      .filter(({id}) => !answers.has(id))
      .filter(({keys, proposes}) =>
        keys.some(key => key !== 'G' && isCapital(key) !== (proposes === true) && key.length === 1),
      ),
  );
  expect(wrong.map(({id}) => id)).toEqual([]);
});

test('every command has a name of its own, a label and a sentence for the help', () => {
  for (const {commands} of keymaps) {
    const ids = commands.map(({id}) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const {label, help} of commands) {
      expect(label).not.toBe('');
      expect(help.length).toBeGreaterThan(2);
    }
  }
});
