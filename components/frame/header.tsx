import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {clip, widthOf} from '../text/fit.ts';

export type HeaderProps = {
  readonly columns: number;
  readonly profile: string;
  /** The profile protects: its name stands in red. */
  readonly protect: boolean;
  /** "Airflow 2.11.0", "2/2 hosts", "API 43 ms". */
  readonly facts: readonly string[];
  /** "READ-ONLY", "verdict only": loud. */
  readonly modes: readonly string[];
  /** "INSECURE": loud and red. */
  readonly dangers: readonly string[];
  readonly clock: string;
};

/** One line: where one is, and how it goes. */
export function Header({columns, profile, protect, facts, modes, dangers, clock}: HeaderProps): ReactNode {
  const mode = modes.map(text => ` ${text} `).join(' ');
  const danger = dangers.map(text => ` ${text} `).join(' ');
  const left = ` windsock  ${profile}  `;
  const room = columns - widthOf(left) - widthOf(danger) - widthOf(mode) - widthOf(clock) - 4;
  return (
    <Box width={columns} justifyContent="space-between">
      <Text wrap="truncate">
        {' '}
        <Text bold>windsock</Text>
        {'  '}
        <Text bold inverse={protect} {...(protect ? {color: 'red'} : {color: 'cyan'})}>
          {protect ? ` ${profile} ` : profile}
        </Text>
        {'  '}
        {clip(facts.join('   '), Math.max(0, room))}
      </Text>
      <Text wrap="truncate">
        {danger !== '' && (
          <Text inverse bold color="red">
            {danger}
          </Text>
        )}{' '}
        {mode !== '' && (
          <Text inverse bold>
            {mode}
          </Text>
        )}{' '}
        <Text dimColor>{clock}</Text>{' '}
      </Text>
    </Box>
  );
}
