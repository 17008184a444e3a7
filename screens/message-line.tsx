import {Text} from 'ink';
import type {ReactNode} from 'react';
import {useStore} from 'zustand';
import {clip} from '../components/text/fit.ts';
import {steady} from '../components/text/steady.ts';
import {useShell} from './context.tsx';

const colours = {info: {dimColor: true}, warning: {color: 'yellow'}, critical: {color: 'red'}} as const;

/** The newest message. */
export function MessageLine({columns, ascii}: {readonly columns: number; readonly ascii: boolean}): ReactNode {
  const {app} = useShell();
  const message = useStore(app.message);
  if (message === undefined) return <Text> </Text>;
  return (
    <Text wrap="truncate" {...colours[message.level]}>
      {clip(`   ${steady(message.text)}`, columns, ascii ? '~' : '…')}
    </Text>
  );
}
