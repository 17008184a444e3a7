import {type ReactNode, useState} from 'react';
import {blank, Dialog, type DialogLine, dialogRoom, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Keymap} from '../../components/keys/keymap.ts';
import {count} from '../../components/text/words.ts';
import type {Copied} from '../../src/activity/copy.ts';
import type {Entry, Subject} from '../../src/activity/entry.ts';
import {clean} from '../../src/text.ts';
import {type Size, useShell} from '../context.tsx';
import {useCopy} from '../use-copy.ts';
import {type CopyContext, copyCommand} from './activity-keys.ts';
import {resultText, timeText, tookText} from './activity-store.ts';
import type {ActivityRow} from './rows.ts';

type EntryContext = CopyContext & {readonly scroll: (by: number) => void; readonly onLeave: () => void};

export const entryKeymap: Keymap<EntryContext> = {
  title: 'One entry of the activity',
  commands: [
    copyCommand('entry.copy'),
    {
      id: 'entry.down',
      keys: ['j', 'down'],
      label: 'down',
      help: 'A line down',
      quiet: true,
      run: ({scroll}) => scroll(1),
    },
    {id: 'entry.up', keys: ['k', 'up'], label: 'up', help: 'A line up', quiet: true, run: ({scroll}) => scroll(-1)},
    {
      id: 'entry.leave',
      keys: ['esc', 'q', 'enter'],
      label: 'back',
      help: 'Back to the list',
      run: ({onLeave}) => onLeave(),
    },
  ],
};

type EntryDialogProps = {readonly row: ActivityRow; readonly body: Size; readonly onLeave: () => void};

/** One entry whole, with the line that `y` copies. */
export function EntryDialog({row, body, onLeave}: EntryDialogProps): ReactNode {
  const {console, ascii} = useShell();
  const copy = useCopy();
  const [top, setTop] = useState(0);
  const copied = console.activity.copy(row.entry);
  const lines = linesOf(row, copied, dialogWidth(body.columns, 118));
  const last = Math.max(0, lines.length - dialogRoom(body.rows));
  const scroll = (by: number) => setTop(now => Math.max(0, Math.min(last, now + by)));
  const context = {console, copy, entry: () => row.entry, scroll, onLeave};
  useKeymap(entryKeymap, context, {rank: ranks.dialog, modal: true});
  const keys = `${last > 0 ? 'j k scroll   ' : ''}${'line' in copied ? 'y copy   ' : ''}Esc back`;
  return (
    <Dialog
      title={`${row.entry.where}, ${timeText(row.entry.atMs)}`}
      lines={lines.slice(Math.min(top, last))}
      keys={keys}
      {...body}
      width={118}
      ascii={ascii}
    />
  );
}

const kinds = {
  request: 'A request to the API',
  command: 'A command',
  agent: 'Asked of the program that windsock runs on the host',
  connection: 'A connection to the host',
  note: 'Somebody looked at it here',
  operation: 'An operation',
} as const satisfies Record<Subject['kind'], string>;

function linesOf(row: ActivityRow, copied: Copied, width: number): readonly DialogLine[] {
  const {entry, times, firstAtMs, sumMs} = row;
  const {subject, end} = entry;
  const lines: DialogLine[] = [...paragraph(clean(wholeOf(entry)), width, {bold: true})];
  if (subject.kind === 'request' && subject.body !== undefined) lines.push(...paragraph(clean(subject.body), width));
  lines.push(blank);
  const said = [
    `${kinds[subject.kind]}.`,
    ...(entry.changes ? ['It was to change something.'] : []),
    ...(subject.kind === 'command' && subject.readsStdin ? ['It was told on stdin what to do; that is not kept.'] : []),
  ];
  lines.push(...paragraph(said.join(' '), width));
  const size = end?.bytes === undefined ? '' : `, ${count(end.bytes)} bytes`;
  lines.push(...paragraph(`Result: ${resultText(row)}, after ${tookText(row.tookMs)}${size}.`, width));
  if (times > 1) {
    const each = tookText(sumMs / times);
    lines.push(
      ...paragraph(`${count(times)} times since ${timeText(firstAtMs)}, ${each} each; this is the last.`, width),
    );
  }
  if (end?.problem !== undefined) {
    lines.push(
      blank,
      ...paragraph(`${end.problem.message}.`, width, {colour: 'red'}),
      ...paragraph(end.problem.hint, width),
    );
  }
  lines.push(blank);
  if ('none' in copied) lines.push(...paragraph(`${copied.none}.`, width, {colour: 'dim'}));
  else {
    lines.push([{text: `y copies${copied.remark === undefined ? '' : ` (${copied.remark})`}:`, colour: 'dim'}]);
    lines.push(...paragraph(clean(copied.line), width, {colour: 'dim'}));
  }
  return lines;
}

function wholeOf({subject, what}: Entry): string {
  return subject.kind === 'request' ? `${subject.method} ${subject.url}` : what;
}
