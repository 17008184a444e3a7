import type {ReactNode} from 'react';
import {useStore} from 'zustand';
import {blank, Dialog, dialogWidth, paragraph} from '../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../components/keys/keyboard.tsx';
import type {Keymap} from '../components/keys/keymap.ts';
import type {AppStore} from './app-store.ts';
import {type Size, useShell} from './context.tsx';

type QuestionContext = {readonly app: AppStore};

const first = (app: AppStore) => app.questions.getState()[0];

export const hostKeyKeymap: Keymap<QuestionContext> = {
  title: 'Unknown host key',
  commands: [
    {
      id: 'host-key.accept',
      keys: ['y'],
      label: 'it is its key',
      help: 'Record the key in known_hosts and go on',
      run: ({app}) => first(app)?.answer(true),
    },
    {
      id: 'host-key.refuse',
      keys: ['n', 'esc', 'q', 'ctrl+c'],
      label: 'refuse',
      help: 'Do not connect to this host',
      run: ({app}) => first(app)?.answer(false),
    },
  ],
};

/** Asks whether a key that is not known yet is the host's own. */
export function HostKeyQuestionDialog({body}: {readonly body: Size}): ReactNode {
  const {app, ascii} = useShell();
  const questions = useStore(app.questions);
  const open = questions[0];
  useKeymap(hostKeyKeymap, {app}, {rank: ranks.help, modal: true, active: open !== undefined});
  if (open === undefined) return null;
  const {host, port, keyType, fingerprint} = open.question;
  const width = dialogWidth(body.columns);
  const lines = [
    ...paragraph(`${host}${port === 22 ? '' : `, port ${port},`} shows a key that is not in known_hosts yet:`, width),
    blank,
    ...paragraph(`${keyType}  ${fingerprint}`, width, {bold: true}),
    blank,
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
