import type {ReactNode} from 'react';
import {useState} from 'react';
import {blank, Dialog, type DialogLine, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Keymap} from '../../components/keys/keymap.ts';
import {clean, oneLine} from '../../src/text.ts';
import {age} from '../../src/words.ts';
import {type Size, useNow, useShell} from '../context.tsx';
import {useLive} from '../use-live.ts';

type ReaderContext = {readonly scroll: (by: number) => void; readonly onLeave: () => void};

export const importErrorsKeymap: Keymap<ReaderContext> = {
  title: 'Import errors',
  commands: [
    {
      id: 'errors.down',
      keys: ['j', 'down'],
      label: 'down',
      help: 'A line down',
      quiet: true,
      run: ({scroll}) => scroll(1),
    },
    {id: 'errors.up', keys: ['k', 'up'], label: 'up', help: 'A line up', quiet: true, run: ({scroll}) => scroll(-1)},
    {
      id: 'errors.page-down',
      keys: ['pgdn', 'space'],
      label: 'page down',
      help: 'A page down',
      quiet: true,
      run: ({scroll}) => scroll(15),
    },
    {
      id: 'errors.page-up',
      keys: ['pgup'],
      label: 'page up',
      help: 'A page up',
      quiet: true,
      run: ({scroll}) => scroll(-15),
    },
    {
      id: 'errors.leave',
      keys: ['esc', 'q', 'i', 'enter'],
      label: 'back',
      help: 'Back to the list',
      run: ({onLeave}) => onLeave(),
    },
  ],
};

/** The DAG files that cannot be imported, each with its traceback. */
export function ImportErrors({body, onLeave}: {readonly body: Size; readonly onLeave: () => void}): ReactNode {
  const {console, ascii} = useShell();
  const nowMs = useNow();
  const [top, setTop] = useState(0);
  const errors = useLive(console.live, console.queries.importErrors);
  const width = dialogWidth(body.columns, 118);
  const lines: DialogLine[] = [];
  for (const {file, atMs, trace} of errors.value?.items ?? []) {
    lines.push([{text: oneLine(file, 200), bold: true}]);
    lines.push([{text: `${age(Math.max(0, nowMs - atMs))} ago`, colour: 'dim'}]);
    lines.push(...paragraph(clean(trace).trimEnd(), width), blank);
  }
  if (errors.problem !== undefined) lines.unshift(...paragraph(errors.problem.message, width, {colour: 'red'}), blank);
  if (lines.length === 0) {
    lines.push([{text: errors.value === undefined ? 'Asking …' : 'Every DAG file can be imported.'}]);
  }
  const room = Math.max(1, body.rows - 4);
  const last = Math.max(0, lines.length - room);
  useKeymap(
    importErrorsKeymap,
    {scroll: by => setTop(now => Math.max(0, Math.min(last, now + by))), onLeave},
    {rank: ranks.dialog, modal: true},
  );
  return (
    <Dialog
      title="Import errors"
      lines={lines.slice(Math.min(top, last))}
      keys="j k scroll   Esc back"
      {...body}
      width={118}
      ascii={ascii}
    />
  );
}
