import type {ReactNode} from 'react';
import {
  blank,
  Dialog,
  type DialogLine,
  dialogRoom,
  dialogWidth,
  paragraph,
  verbatim,
} from '../../components/dialog/dialog.tsx';
import {type ScrollContext, scrollCommands} from '../../components/dialog/scroll-keys.ts';
import {useScroll} from '../../components/dialog/use-scroll.ts';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Keymap} from '../../components/keys/keymap.ts';
import {clean, oneLine} from '../../src/text.ts';
import {age} from '../../src/words.ts';
import {type Size, useNow, useShell} from '../context.tsx';
import {useLive} from '../use-live.ts';

type ReaderContext = ScrollContext & {readonly onLeave: () => void};

export const importErrorsKeymap: Keymap<ReaderContext> = {
  title: 'Import errors',
  commands: [
    {
      id: 'errors.leave',
      keys: ['esc', 'q', 'i', 'enter'],
      label: 'back',
      help: 'Back to the list',
      run: ({onLeave}) => onLeave(),
    },
    ...scrollCommands('errors'),
  ],
};

/** The DAG files that cannot be imported, each with its traceback. */
export function ImportErrors({body, onLeave}: {readonly body: Size; readonly onLeave: () => void}): ReactNode {
  const {console, ascii} = useShell();
  const nowMs = useNow();
  const errors = useLive(console.live, console.queries.importErrors);
  const width = dialogWidth(body.columns, 118);
  const lines: DialogLine[] = [];
  for (const {file, atMs, trace} of errors.value?.items ?? []) {
    lines.push([{text: oneLine(file, 200), bold: true}]);
    lines.push([{text: `${age(Math.max(0, nowMs - atMs))} ago`, colour: 'dim'}]);
    lines.push(...verbatim(clean(trace).trimEnd(), width), blank);
  }
  if (errors.problem !== undefined) lines.unshift(...paragraph(errors.problem.message, width, {colour: 'red'}), blank);
  if (lines.length === 0) {
    lines.push([{text: errors.value === undefined ? 'Asking …' : 'Every DAG file can be imported.'}]);
  }
  const {focus, ...scrolling} = useScroll(lines.length, dialogRoom(body.rows));
  useKeymap(importErrorsKeymap, {...scrolling, onLeave}, {rank: ranks.dialog, modal: true});
  return (
    <Dialog
      title="Import errors"
      lines={lines}
      keys="j k scroll   Esc back"
      {...body}
      width={118}
      focus={focus}
      ascii={ascii}
    />
  );
}
