import type {ReactNode} from 'react';
import {useStore} from 'zustand';
import {Dialog, dialogWidth, paragraph} from '../components/dialog/dialog.tsx';
import {ranks, useKeymap, useLayers} from '../components/keys/keyboard.tsx';
import type {BoundCommand, Keymap} from '../components/keys/keymap.ts';
import {keyName} from '../components/keys/press.ts';
import {Palette} from '../components/palette/palette.tsx';
import type {Entry} from '../components/palette/palette-store.ts';
import type {Profile} from '../src/profile/profile.ts';
import {type Size, useShell} from './context.tsx';

type OverlaysProps = {
  readonly body: Size;
  readonly profiles: readonly Profile[];
  readonly onSwitch: (profile: Profile) => void;
  readonly onQuit: () => void;
};

/** Help, palette and menu: one list of the same commands. */
export function Overlays({body, profiles, onSwitch, onQuit}: OverlaysProps): ReactNode {
  const {app, ascii, console} = useShell();
  const overlay = useStore(app.overlay);
  const layers = useLayers();
  const close = () => app.overlay.setState('none', true);
  if (overlay === 'none' || overlay === 'profiles') return null;
  if (overlay === 'quit') return <QuitDialog body={body} onClose={close} onQuit={onQuit} />;
  const sections = layers.sections(ranks.help);
  const commands = sections.flatMap(({title, commands: all}) => all.map(command => entryOf(title, command)));
  const others = profiles
    .filter(({name}) => name !== console.profile.name)
    .map<Entry>(profile => ({
      id: `profile-${profile.name}`,
      keys: '',
      text: `profile ${profile.name}`,
      group: 'Profiles',
      run: () => {
        if (console.runner.busy() === undefined) onSwitch(profile);
        else app.say('Another operation is open: finish it before you switch.', 'warning');
      },
    }));
  const entries =
    overlay === 'menu'
      ? commands.filter(({group}) => group === sections[0]?.title)
      : overlay === 'palette'
        ? [...commands, ...others]
        : commands;
  const titles = {help: 'Keys', palette: 'What is to be done?', menu: 'What can be done here'} as const;
  return <Palette key={overlay} title={titles[overlay]} entries={entries} {...body} onClose={close} ascii={ascii} />;
}

function entryOf(group: string, command: BoundCommand): Entry {
  const why = command.unavailable();
  return {
    id: command.id,
    keys: command.keys.map(keyName).join(' '),
    text: command.help,
    name: command.label,
    group,
    ...(why === undefined ? {} : {why}),
    run: () => command.run(performance.now()),
  };
}

type QuitContext = {readonly onClose: () => void; readonly onQuit: () => void};

export const quitKeymap: Keymap<QuitContext> = {
  title: 'Quit',
  commands: [
    {
      id: 'quit.yes',
      keys: ['y'],
      label: 'quit',
      help: 'Leave windsock although an operation runs',
      run: ({onQuit}) => onQuit(),
    },
    {id: 'quit.no', keys: ['n', 'esc', 'q'], label: 'stay', help: 'Stay', run: ({onClose}) => onClose()},
  ],
};

function QuitDialog({body, onClose, onQuit}: {readonly body: Size} & QuitContext): ReactNode {
  useKeymap(quitKeymap, {onClose, onQuit}, {rank: ranks.help, modal: true});
  const text = 'An operation runs. If you leave now, the step that runs ends by itself and the rest is not done.';
  return (
    <Dialog
      title="Leave windsock?"
      lines={paragraph(text, dialogWidth(body.columns))}
      keys="y quit   n stay"
      {...body}
      colour="yellow"
    />
  );
}
