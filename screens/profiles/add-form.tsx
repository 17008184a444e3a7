import {type ReactNode, useEffect, useState} from 'react';
import {useStore} from 'zustand';
import {blank, Dialog, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {formKeymap} from '../../components/form/form-keys.ts';
import {formLines} from '../../components/form/form-lines.ts';
import type {FormStore} from '../../components/form/form-store.ts';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {expectProblem, type Problem} from '../../src/problems/problem.ts';
import type {ProfileBook} from '../../src/profile/profile-book.ts';
import {type Size, useShell} from '../context.tsx';
import {isUntouched, newProfileOf, propose} from './new-profile-form.ts';
import type {ProfilesStore} from './profiles-store.ts';

type AddFormProps = {
  readonly form: FormStore;
  readonly book: ProfileBook;
  readonly store: ProfilesStore;
  readonly body: Size;
  readonly onLeave: () => void;
};

/** Asks for a profile, then tries it. */
export function AddForm({form, book, store, body, onLeave}: AddFormProps): ReactNode {
  const {ascii} = useShell();
  const state = useStore(form.state);
  const [problem, setProblem] = useState<Problem>();
  // Redrawn with each letter of the field that has the keyboard.
  useStore(form.field().state);
  const [found, setFound] = useState<readonly string[]>([]);
  useEffect(() => {
    let isWanted = true;
    void book.here().then(here => {
      // What somebody has typed is theirs.
      if (!isWanted || here === undefined || !isUntouched(form)) return;
      propose(form, here);
      setFound(here.components);
    });
    return () => {
      isWanted = false;
    };
  }, [book, form]);
  const onSubmit = () => {
    const answers = form.submit();
    if (answers === undefined) return;
    const made = newProfileOf(answers);
    try {
      store.at.setState({at: 'trial', profile: book.tried(made), adding: {form, made}}, true);
    } catch (error) {
      setProblem(expectProblem(error));
    }
  };
  useKeymap(formKeymap, {form, onSubmit, onLeave}, {rank: ranks.dialog, modal: true, onText: text => form.type(text)});
  const width = dialogWidth(body.columns);
  const {lines, focus} = formLines(form, state, width);
  const said = problem === undefined ? [] : paragraph(`${problem.title}: ${problem.detail}.`, width, {colour: 'red'});
  const here =
    found.length === 0 ? [] : paragraph(`Airflow runs on this machine: ${found.join(', ')}.`, width, {colour: 'dim'});
  return (
    <Dialog
      title="New profile"
      lines={[...lines, blank, ...here, ...said]}
      keys="Tab next   ← → choose   Enter try it   Esc leave"
      {...body}
      focus={focus}
      colour="cyan"
      ascii={ascii}
    />
  );
}
