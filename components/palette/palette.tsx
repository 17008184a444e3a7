import type {ReactNode} from 'react';
import {useState} from 'react';
import {useStore} from 'zustand';
import {Dialog, type DialogLine, dialogWidth} from '../dialog/dialog.tsx';
import {fieldSegments} from '../field/field.tsx';
import {fieldCommands} from '../field/field-keys.ts';
import {ranks, useKeymap} from '../keys/keyboard.tsx';
import type {Keymap} from '../keys/keymap.ts';
import {fitTo} from '../text/fit.ts';
import {steady} from '../text/steady.ts';
import {type Entry, PaletteStore} from './palette-store.ts';

type PaletteContext = {
  readonly palette: PaletteStore;
  readonly field: () => PaletteStore['field'];
  readonly close: () => void;
};

export const paletteKeymap: Keymap<PaletteContext> = {
  title: 'Palette and help',
  commands: [
    {
      id: 'palette.down',
      keys: ['down', 'ctrl+n', 'tab'],
      label: 'down',
      help: 'The next line',
      quiet: true,
      run: ({palette}) => palette.move(1),
    },
    {
      id: 'palette.up',
      keys: ['up', 'ctrl+p', 'shift+tab'],
      label: 'up',
      help: 'The line before',
      quiet: true,
      run: ({palette}) => palette.move(-1),
    },
    {
      id: 'palette.page-down',
      keys: ['pgdn'],
      label: 'page down',
      help: 'Ten lines down',
      quiet: true,
      run: ({palette}) => palette.move(10),
    },
    {
      id: 'palette.page-up',
      keys: ['pgup'],
      label: 'page up',
      help: 'Ten lines up',
      quiet: true,
      run: ({palette}) => palette.move(-10),
    },
    {
      id: 'palette.run',
      keys: ['enter'],
      label: 'do it',
      help: 'Do what the line says',
      unavailable: ({palette}) => {
        const entry = palette.entry();
        return entry === undefined ? 'Nothing is called that' : entry.why;
      },
      run: ({palette, close}) => {
        const entry = palette.entry();
        close();
        entry?.run();
      },
    },
    {
      id: 'palette.leave',
      keys: ['esc', 'ctrl+c'],
      label: 'leave',
      help: 'Leave without doing anything',
      run: ({close}) => close(),
    },
    ...fieldCommands,
  ],
};

type PaletteProps = {
  readonly title: string;
  readonly entries: readonly Entry[];
  readonly columns: number;
  readonly rows: number;
  readonly onClose: () => void;
  readonly ascii?: boolean;
};

/** Cells where the terminal has them: the sentences of the help are long. */
const wide = 112;

/** What can be done, searched by typing: the palette, the help and the menu of a row are one. */
export function Palette({title, entries, columns, rows, onClose, ascii = false}: PaletteProps): ReactNode {
  const [palette] = useState(() => new PaletteStore(entries));
  const {text, caret} = useStore(palette.field.state);
  const chosen = useStore(palette.chosen);
  useKeymap(
    paletteKeymap,
    {palette, field: () => palette.field, close: onClose},
    {rank: ranks.help, modal: true, onText: typed => palette.field.type(typed)},
  );
  const width = dialogWidth(columns, wide);
  const found = palette.found();
  const room = Math.max(3, rows - 8);
  const from = Math.max(0, Math.min(chosen - Math.floor(room / 2), found.length - room));
  const lines: DialogLine[] = [[{text: ': ', bold: true}, ...fieldSegments(text, caret, width - 2, true)], []];
  for (const [index, entry] of found.slice(from, from + room).entries())
    lines.push(line(entry, from + index === chosen, width));
  if (found.length === 0) lines.push([{text: '  Nothing is called that.', colour: 'dim'}]);
  return (
    <Dialog
      title={title}
      lines={lines}
      keys="Enter do it   Esc leave"
      columns={columns}
      rows={rows}
      width={wide}
      ascii={ascii}
    />
  );
}

function line(entry: Entry, chosen: boolean, width: number): DialogLine {
  const group = 12;
  const keys = 14;
  const text = entry.why === undefined ? entry.text : `${entry.name ?? entry.text}: ${entry.why}`;
  const cells = fitTo(steady(text), width - group - keys - 2);
  const dim = entry.why === undefined ? {} : ({colour: 'dim'} as const);
  return [
    {text: `${fitTo(entry.keys, keys)}`, bold: true, inverse: chosen},
    {text: `${cells} `, inverse: chosen, ...dim},
    {text: fitTo(entry.group, group), inverse: chosen, ...(chosen ? {} : ({colour: 'dim'} as const))},
  ];
}
