import {keyName} from '../components/keys/press.ts';
import {keymaps} from './keymaps.ts';

/** docs/keys.md: every key, from the same tables that dispatch them. */
export function keysPage(): string {
  const sections = keymaps.map(({title, commands}) => {
    const rows = commands.map(({keys, help}) => `| ${keys.map(cell).join(' ')} | ${help} |`);
    return [`## ${title}`, '', '| Keys | What they do |', '| --- | --- |', ...rows].join('\n');
  });
  return [
    '# Keys',
    '',
    'Made by `npm run docs:keys` from the tables of commands; a test compares.',
    'Small letters only look. Capitals (but `G`) open the preview of an operation.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}

const cell = (key: string): string => `\`${keyName(key).replaceAll('|', '\\|')}\``;
