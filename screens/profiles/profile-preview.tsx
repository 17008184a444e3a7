import {useApp} from 'ink';
import {type ReactNode, useEffect, useState} from 'react';
import {createStore, useStore} from 'zustand';
import {blank, Dialog, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {counted} from '../../components/text/words.ts';
import {expectProblem, type Problem} from '../../src/problems/problem.ts';
import {sectionOf} from '../../src/profile/new-profile.ts';
import type {Profile} from '../../src/profile/profile.ts';
import type {ProfileBook} from '../../src/profile/profile-book.ts';
import {shownSection} from '../../src/profile/section.ts';
import {type Size, useShell} from '../context.tsx';
import {profilePreviewKeymap} from './profiles-keys.ts';
import type {Adding} from './profiles-store.ts';

type ProfilePreviewProps = {
  readonly adding: Adding;
  /** How many steps of the trial failed. */
  readonly failed: number;
  readonly book: ProfileBook;
  readonly body: Size;
  readonly onAdded: (profiles: readonly Profile[]) => void;
  readonly onLeave: () => void;
};

type State = {
  /** By performance.now(): from when on a key can be meant for what is shown. */
  readonly readableFromMs: number;
  readonly isWriting: boolean;
  readonly problem?: Problem | undefined;
};

/** Exactly what will be written, and where; `y` does it. */
export function ProfilePreview({adding, failed, book, body, onAdded, onLeave}: ProfilePreviewProps): ReactNode {
  const {ascii} = useShell();
  const {waitUntilRenderFlush} = useApp();
  const [state] = useState(() =>
    createStore<State>(() => ({readableFromMs: Number.POSITIVE_INFINITY, isWriting: false})),
  );
  // The footer names the keys once they answer.
  const {isWriting, problem} = useStore(state);
  useEffect(() => {
    void waitUntilRenderFlush().then(() => state.setState({readableFromMs: performance.now()}));
  }, [state, waitUntilRenderFlush]);
  const onWrite = async (pressedAtMs: number) => {
    if (pressedAtMs < state.getState().readableFromMs) return;
    state.setState({isWriting: true, problem: undefined});
    try {
      onAdded(await book.add(adding.made));
    } catch (error) {
      state.setState({isWriting: false, problem: expectProblem(error)});
    }
  };
  useKeymap(
    profilePreviewKeymap,
    {
      cannotWrite: () => {
        const {readableFromMs, isWriting: already} = state.getState();
        return already ? 'It is being written' : Number.isFinite(readableFromMs) ? undefined : 'Read it first';
      },
      onWrite: pressedAtMs => void onWrite(pressedAtMs),
      onLeave,
    },
    {rank: ranks.dialog, modal: true},
  );
  const width = dialogWidth(body.columns);
  const secrets = adding.made.secrets.some(({kept}) => kept === 'keyring');
  const lines = [
    ...paragraph(`To the end of ${book.file}:`, width),
    blank,
    ...shownSection(sectionOf(adding.made))
      .trimEnd()
      .split('\n')
      .flatMap(line => paragraph(line, width, {bold: true}, '    ')),
    blank,
    ...(secrets ? paragraph('The password or token goes to the keyring of the desktop.', width) : []),
    ...(failed === 0
      ? []
      : paragraph(`${counted(failed, {one: 'step', many: 'steps'})} of the trial failed.`, width, {colour: 'yellow'})),
    ...(problem === undefined ? [] : paragraph(`${problem.message}. ${problem.hint}`, width, {colour: 'red'})),
    ...(isWriting ? paragraph('Writing …', width) : []),
  ];
  return (
    <Dialog
      title={`Add the profile ${adding.made.name}`}
      lines={lines}
      keys="y write it   Esc back"
      {...body}
      colour="cyan"
      ascii={ascii}
    />
  );
}
