import type {ReactNode} from 'react';
import {blank, Dialog, dialogWidth, paragraph} from '../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../components/keys/keyboard.tsx';
import type {Keymap} from '../components/keys/keymap.ts';
import type {HostKeyQuestion} from '../src/host/host.ts';
import {type Size, useShell} from './context.tsx';
import type {Questions} from './questions.ts';

type QuestionContext = {readonly questions: Questions};

export const hostKeyKeymap: Keymap<QuestionContext> = {
  title: 'Unknown host key',
  commands: [
    {
      id: 'host-key.accept',
      keys: ['y'],
      label: 'it is its key',
      help: 'Record the key in known_hosts and go on',
      unavailable: ({questions}) => questions.cannotAnswer(),
      run: ({questions}, pressedAtMs) => questions.meantAt('host-key', pressedAtMs)?.answer(true),
    },
    {
      id: 'host-key.refuse',
      keys: ['n', 'esc', 'q', 'ctrl+c'],
      label: 'refuse',
      help: 'Do not connect to this host',
      unavailable: ({questions}) => questions.cannotAnswer(),
      run: ({questions}, pressedAtMs) => questions.meantAt('host-key', pressedAtMs)?.answer(false),
    },
  ],
};

type HostKeyDialogProps = {readonly question: HostKeyQuestion; readonly body: Size};

/** Asks whether a key that is not known yet is the host's own. */
export function HostKeyDialog({question, body}: HostKeyDialogProps): ReactNode {
  const {app, ascii} = useShell();
  useKeymap(hostKeyKeymap, {questions: app.questions}, {rank: ranks.help, modal: true});
  const {host, port, keyType, fingerprint, knownBy = []} = question;
  const width = dialogWidth(body.columns);
  const place = `${host}${port === 22 ? '' : `, port ${port},`}`;
  const lines = [
    ...paragraph(`${place} shows a key that is not in known_hosts yet:`, width),
    blank,
    ...paragraph(`${keyType}  ${fingerprint}`, width, {bold: true}),
    blank,
    ...(knownBy.length > 0
      ? paragraph(`There are keys of other types for it: ${knownBy.join(', ')}`, width, {colour: 'yellow'})
      : []),
    ...paragraph('Compare it with what the host itself shows: ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub', width),
  ];
  return (
    <Dialog
      title="Is this the host?"
      lines={lines}
      keys="y it is, record it   n refuse"
      {...body}
      colour="yellow"
      ascii={ascii}
    />
  );
}
