import {Text} from 'ink';
import type {ReactNode} from 'react';

export type Tab = {readonly id: string; readonly key: string; readonly title: string};

/** The screens, with the key of each. */
export function Tabs({tabs, active}: {readonly tabs: readonly Tab[]; readonly active: string}): ReactNode {
  return (
    <Text wrap="truncate">
      {' '}
      {tabs.map(tab => (
        <Text key={tab.id}>
          <Text dimColor={tab.id !== active} bold={tab.id === active} underline={tab.id === active}>
            {tab.key} {tab.title}
          </Text>
          {'  '}
        </Text>
      ))}
    </Text>
  );
}
