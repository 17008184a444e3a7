import {expect, test} from 'vitest';
import {type AnyKeymap, keymaps} from '../../screens/keymaps.ts';
import {keysPage} from '../../screens/keys-page.ts';

/** Keys that confirm a preview or answer a question: they are small, and do something. */
const answers = new Set(['operation.confirm', 'quit.yes', 'host-key.accept', 'palette.run']);

/** To the last line, and in a reader back to the match or the error before. */
const lookingCapitals = new Set(['G']);
const readerCapitals: Readonly<Record<string, string>> = {'reader.previous': 'N', 'reader.error-before': 'E'};

const isCapital = (key: string) => /^\p{Lu}$/u.test(key);

test('docs/keys.md is what the tables of commands say', async () => {
  await expect(keysPage()).toMatchFileSnapshot('../../docs/keys.md');
});

const boundTwice = ({commands}: AnyKeymap): readonly string[] => {
  const keys = commands.flatMap(command => command.keys);
  return keys.filter((key, index) => keys.indexOf(key) !== index);
};

test.each(keymaps.map(keymap => [keymap.title, keymap] as const))('%s binds no key twice', (_, keymap) => {
  expect(boundTwice(keymap)).toEqual([]);
});

test('a key that somebody binds twice is noticed', () => {
  const [keymap] = keymaps;
  const [command] = keymap?.commands ?? [];
  if (keymap === undefined || command === undefined) throw new Error('there is no keymap');
  const planted = {...keymap, commands: [...keymap.commands, {...command, id: 'planted'}]};
  expect(boundTwice(planted)).toEqual(command.keys);
});

test('small letters only look, capitals propose an operation', () => {
  const wrong = keymaps.flatMap(({commands}) =>
    commands
      .filter(({id, keys}) => !answers.has(id) && readerCapitals[id] !== keys[0])
      .filter(({keys, proposes}) =>
        keys.some(key => !lookingCapitals.has(key) && isCapital(key) !== (proposes === true) && key.length === 1),
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
