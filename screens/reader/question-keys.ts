import {fieldCommands} from '../../components/field/field-keys.ts';
import type {FieldStore} from '../../components/field/field-store.ts';
import type {Keymap} from '../../components/keys/keymap.ts';

type QuestionContext = {readonly field: () => FieldStore; readonly onLeave: (answered: boolean) => void};

/** What is searched for, where to go, where to save. */
export const questionKeymap: Keymap<QuestionContext> = {
  title: 'Question of the reader',
  commands: [
    {
      id: 'reader.answer',
      keys: ['enter', 'down'],
      label: 'do it',
      help: 'Search for it, go there, or save it there',
      run: ({onLeave}) => onLeave(true),
    },
    {
      id: 'reader.dismiss',
      keys: ['esc', 'ctrl+c'],
      label: 'leave',
      help: 'Search, go or save nothing',
      run: ({onLeave}) => onLeave(false),
    },
    ...fieldCommands,
  ],
};
