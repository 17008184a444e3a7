import {type ReactNode, useMemo} from 'react';
import {useStore} from 'zustand';
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
import type {Variable} from '../../src/airflow/api.ts';
import {prettyJson} from '../../src/data/pretty-json.ts';
import {clean, masked} from '../../src/text.ts';
import {type Size, useShell} from '../context.tsx';
import {flipReveal, nothingToReveal, type RevealContext} from './reveal.ts';

type VariableContext = RevealContext &
  ScrollContext & {readonly variable: Variable | undefined; readonly onLeave: () => void};

export const variableKeymap: Keymap<VariableContext> = {
  title: 'Variable',
  commands: [
    {
      id: 'variable.reveal',
      keys: ['r'],
      label: 'reveal',
      help: 'Show the value, which the activity records, or mask it again',
      unavailable: ({variable}) => nothingToReveal(variable),
      run: context => {
        if (context.variable !== undefined) flipReveal(context, context.variable);
      },
    },
    {
      id: 'variable.leave',
      keys: ['esc', 'q', 'enter'],
      label: 'back',
      help: 'Back to the variables',
      run: ({onLeave}) => onLeave(),
    },
    ...scrollCommands('variable'),
  ],
};

type VariableDialogProps = {
  /** Undefined: it is not in the list any more. */
  readonly variable: Variable | undefined;
  readonly name: string;
  readonly reveal: RevealContext;
  readonly body: Size;
  readonly onLeave: () => void;
};

const widest = 118;

/** One variable whole; its value masked until it is revealed. */
export function VariableDialog({variable, name, reveal, body, onLeave}: VariableDialogProps): ReactNode {
  const {ascii} = useShell();
  const isRevealed = useStore(reveal.store.revealed).has(name);
  const width = dialogWidth(body.columns, widest);
  const lines = useMemo(() => linesOf(variable, isRevealed, width), [variable, isRevealed, width]);
  const {focus, ...scrolling} = useScroll(lines.length, dialogRoom(body.rows));
  useKeymap(variableKeymap, {...reveal, ...scrolling, variable, onLeave}, {rank: ranks.dialog, modal: true});
  const revealKey = nothingToReveal(variable) === undefined ? `r ${isRevealed ? 'mask' : 'reveal'}   ` : '';
  const scrollKeys = lines.length > scrolling.page ? 'j k scroll   ' : '';
  return (
    <Dialog
      title={name}
      lines={lines}
      keys={`${revealKey}${scrollKeys}Esc back`}
      {...body}
      width={widest}
      focus={focus}
      ascii={ascii}
    />
  );
}

function linesOf(variable: Variable | undefined, isRevealed: boolean, width: number): readonly DialogLine[] {
  if (variable === undefined) return paragraph('Airflow has no such variable any more.', width);
  const {description, encrypted} = variable;
  const about = [
    ...(description === undefined ? [] : paragraph(clean(description), width)),
    ...(encrypted === false
      ? paragraph('It is not encrypted in the database.', width, {colour: 'yellow'})
      : encrypted === true
        ? paragraph('It is encrypted in the database.', width, {colour: 'dim'})
        : []),
  ];
  return [...about, ...(about.length === 0 ? [] : [blank]), ...valueLines(variable, isRevealed, width)];
}

function valueLines({value}: Variable, isRevealed: boolean, width: number): readonly DialogLine[] {
  switch (value.kind) {
    case 'withheld':
      return paragraph(
        'Airflow gives *** in place of this value: by its key it takes it for a secret. On a host, "airflow variables get" prints it.',
        width,
      );
    case 'undecryptable':
      return paragraph(
        'Airflow cannot decrypt this value: it was encrypted with another fernet key. Add that key behind the present one ([core] fernet_key = new,old), or write the value anew.',
        width,
        {colour: 'red'},
      );
    default: {
      if (!isRevealed) return [[{text: masked}]];
      const text = clean(prettyJson(value.text) ?? value.text);
      return [
        ...verbatim(text === '' ? '(empty)' : text, width, {bold: true}),
        ...remarks(value.kind === 'redacted', value.text).flatMap(remark => [
          blank,
          ...paragraph(remark, width, {colour: 'yellow'}),
        ]),
      ];
    }
  }
}

/** How what is shown is not what is stored. */
function remarks(isRedacted: boolean, text: string): readonly string[] {
  const whole = text.replaceAll('\t', '    ').replaceAll('\r\n', '\n');
  return [
    ...(isRedacted ? ['Airflow gives *** in place of what it takes for secrets.'] : []),
    ...(clean(text) === whole ? [] : ['It holds characters that are not shown: they would move or hide text.']),
  ];
}
