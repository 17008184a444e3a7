import type {ReactNode} from 'react';
import {useStore} from 'zustand';
import {blank, Dialog, dialogWidth, paragraph} from '../components/dialog/dialog.tsx';
import {fieldSegments, hidden} from '../components/field/field.tsx';
import {fieldCommands} from '../components/field/field-keys.ts';
import type {FieldStore} from '../components/field/field-store.ts';
import {ranks, useKeymap} from '../components/keys/keyboard.tsx';
import type {Keymap} from '../components/keys/keymap.ts';
import type {SecretQuestion} from '../src/host/host.ts';
import {type Size, useShell} from './context.tsx';
import type {Question, Questions} from './questions.ts';

type SecretContext = {readonly questions: Questions; readonly field: () => FieldStore};

export const secretKeymap: Keymap<SecretContext> = {
  title: 'Secret of a host',
  commands: [
    {
      id: 'secret.answer',
      keys: ['enter'],
      label: 'answer',
      help: 'Send what was typed; it is kept in memory as long as windsock runs',
      unavailable: ({questions}) => questions.cannotAnswer(),
      run: ({questions, field}, pressedAtMs) => questions.meantAt('secret', pressedAtMs)?.answer(field().text),
    },
    {
      id: 'secret.decline',
      keys: ['esc', 'ctrl+c'],
      label: 'leave',
      help: 'Do not answer: the host stays away until ^R',
      unavailable: ({questions}) => questions.cannotAnswer(),
      run: ({questions}, pressedAtMs) => questions.meantAt('secret', pressedAtMs)?.answer(undefined),
    },
    ...fieldCommands,
  ],
};

type SecretDialogProps = {readonly asked: Extract<Question, {about: 'secret'}>; readonly body: Size};

/** Asks for a password, a passphrase or a code. */
export function SecretDialog({asked, body}: SecretDialogProps): ReactNode {
  const {app, ascii} = useShell();
  const {questions} = app;
  const {question, field} = asked;
  const onText = (text: string, pressedAtMs: number) => questions.meantAt('secret', pressedAtMs)?.field.type(text);
  useKeymap(secretKeymap, {questions, field: () => field}, {rank: ranks.help, modal: true, onText});
  const {text, caret} = useStore(field.state);
  const width = dialogWidth(body.columns);
  const shown = question.shown ? text : hidden(text, ascii);
  const lines = [
    ...(question.again === true ? paragraph('The answer before was refused.', width, {colour: 'red'}) : []),
    ...paragraph(said(question), width),
    ...(question.prompt === '' ? [] : paragraph(question.prompt, width, {bold: true})),
    blank,
    [{text: '> '}, ...fieldSegments(shown, caret, width - 2, true)],
    blank,
    ...paragraph('It is kept in memory as long as windsock runs, and written nowhere.', width, {colour: 'dim'}),
  ];
  return (
    <Dialog
      title={titles[question.what]}
      lines={lines}
      keys="Enter answer   Esc leave"
      {...body}
      colour="yellow"
      ascii={ascii}
    />
  );
}

const titles = {
  password: 'Password',
  passphrase: 'Passphrase of a key',
  'sudo-password': 'Password for sudo',
  code: 'The host asks',
} as const;

function said({what, host}: SecretQuestion): string {
  switch (what) {
    case 'password':
      return `${host} asks for the password of the login user:`;
    case 'passphrase':
      return `The private key for ${host} is locked by a passphrase:`;
    case 'sudo-password':
      return `sudo on ${host} asks for a password:`;
    default:
      return `${host} asks before it lets anybody in:`;
  }
}
