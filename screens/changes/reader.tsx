import {type ReactNode, useState} from 'react';
import {Dialog, type DialogLine, dialogRoom} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Command, Keymap} from '../../components/keys/keymap.ts';
import {type Size, useShell} from '../context.tsx';

type ReaderContext = {readonly scroll: (by: number) => void; readonly onLeave: () => void};

const scrollBy = (
  id: string,
  keys: Command<ReaderContext>['keys'],
  help: string,
  by: number,
): Command<ReaderContext> => ({
  id,
  keys,
  label: help.toLowerCase(),
  help,
  quiet: true,
  run: ({scroll}) => scroll(by),
});

export const changesReaderKeymap: Keymap<ReaderContext> = {
  title: 'A change',
  commands: [
    scrollBy('changes-reader.down', ['j', 'down'], 'A line down', 1),
    scrollBy('changes-reader.up', ['k', 'up'], 'A line up', -1),
    scrollBy('changes-reader.page-down', ['pgdn', 'space'], 'A page down', 15),
    scrollBy('changes-reader.page-up', ['pgup'], 'A page up', -15),
    {
      id: 'changes-reader.leave',
      keys: ['esc', 'q', 'enter'],
      label: 'back',
      help: 'Back to the time line',
      run: ({onLeave}) => onLeave(),
    },
  ],
};

type ReaderProps = {
  readonly title: string;
  readonly lines: readonly DialogLine[];
  readonly body: Size;
  readonly width: number;
  readonly onLeave: () => void;
};

/** Lines over the time line, to be scrolled. */
export function Reader({title, lines, body, width, onLeave}: ReaderProps): ReactNode {
  const {ascii} = useShell();
  const [top, setTop] = useState(0);
  const last = Math.max(0, lines.length - dialogRoom(body.rows));
  useKeymap(
    changesReaderKeymap,
    {scroll: by => setTop(now => Math.max(0, Math.min(last, now + by))), onLeave},
    {rank: ranks.dialog, modal: true},
  );
  const keys = last > 0 ? 'j k scroll   Esc back' : 'Esc back';
  return (
    <Dialog title={title} lines={lines.slice(Math.min(top, last))} keys={keys} {...body} width={width} ascii={ascii} />
  );
}
