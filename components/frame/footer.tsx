import {Text} from 'ink';
import type {ReactNode} from 'react';
import {useSections} from '../keys/keyboard.tsx';
import {keyName} from '../keys/press.ts';
import {widthOf} from '../text/fit.ts';

/** What stays in the footer however narrow it is. */
const last = 'app.help';

/** The keys that work now. */
export function Footer({columns}: {readonly columns: number}): ReactNode {
  const sections = useSections();
  const taken = new Set<string>();
  const all = sections.flatMap(section =>
    section.commands.filter(command => {
      const hidden = taken.has(command.keys[0]);
      for (const key of command.keys) taken.add(key);
      return !hidden && !command.quiet && command.unavailable() === undefined;
    }),
  );
  const tail = all.filter(({id}) => id === last);
  const items = [...all.filter(({id}) => id !== last), ...tail].map(command => ({
    id: command.id,
    key: keyName(command.keys[0]),
    label: command.label,
  }));
  const cells = (item: (typeof items)[number]) => widthOf(item.key) + 1 + widthOf(item.label) + 2;
  let room = columns - 2 - items.filter(({id}) => id === last).reduce((sum, item) => sum + cells(item), 0);
  const shown = items.filter(item => {
    if (item.id === last) return true;
    room -= cells(item);
    return room >= 0;
  });
  return (
    <Text wrap="truncate">
      {'  '}
      {shown.map(item => (
        <Text key={item.id}>
          <Text bold>{item.key}</Text> <Text dimColor>{item.label}</Text>
          {'  '}
        </Text>
      ))}
    </Text>
  );
}
