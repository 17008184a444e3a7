import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {commands} from '../../../src/commands/index.ts';
import {sections} from './sections.ts';

const page = sections(readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8'));

const titleOf = ({path, args = []}: (typeof commands)[number]) => ['windsock', ...path, ...args].join(' ');

test('docs/commands.md has a section for every command, and for no other', () => {
  expect([...page.keys()].toSorted()).toEqual(commands.map(titleOf).toSorted());
});

test.each(commands.map(command => [titleOf(command), command] as const))(
  '%s: every option is described',
  (title, {options = []}) => {
    const text = page.get(title);
    for (const {flags} of options) expect(text).toContain(`\`${flags}\``);
  },
);
