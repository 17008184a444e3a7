import {fieldCommands} from '../field/field-keys.ts';
import type {Keymap} from '../keys/keymap.ts';
import type {FormStore} from './form-store.ts';

export type FormContext = {
  readonly form: FormStore;
  readonly onSubmit: () => void;
  readonly onLeave: () => void;
};

const isChoice = (form: FormStore) => form.question()?.choices !== undefined;

const isEmpty = ({form}: FormContext) => (form.questions.length === 0 ? 'There is nothing to fill in' : undefined);

const notTyped = ({form}: FormContext) => (isChoice(form) ? 'This field is chosen: ← →' : undefined);

export const formKeymap: Keymap<FormContext> = {
  title: 'Form',
  commands: [
    {id: 'form.next', keys: ['tab', 'down'], label: 'next', help: 'The next field', run: ({form}) => form.move(1)},
    {
      id: 'form.previous',
      keys: ['shift+tab', 'up'],
      label: 'previous',
      help: 'The field before',
      quiet: true,
      run: ({form}) => form.move(-1),
    },
    {
      id: 'form.right',
      keys: ['right'],
      label: 'right',
      help: 'The next choice, or a character to the right; Space chooses, too',
      quiet: true,
      unavailable: isEmpty,
      run: ({form}) => (isChoice(form) ? form.choose(1) : form.field().move(1)),
    },
    {
      id: 'form.left',
      keys: ['left'],
      label: 'left',
      help: 'The choice before, or a character to the left',
      quiet: true,
      unavailable: isEmpty,
      run: ({form}) => (isChoice(form) ? form.choose(-1) : form.field().move(-1)),
    },
    {
      id: 'form.submit',
      keys: ['enter'],
      label: 'preview',
      help: 'Show what it would do',
      run: ({onSubmit}) => onSubmit(),
    },
    {
      id: 'form.leave',
      keys: ['esc', 'ctrl+c'],
      label: 'leave',
      help: 'Leave the form; nothing is done',
      run: ({onLeave}) => onLeave(),
    },
    ...fieldCommands
      .filter(({id}) => id !== 'field.left' && id !== 'field.right')
      .map(command => ({
        ...command,
        unavailable: (context: FormContext) => isEmpty(context) ?? notTyped(context),
        run: ({form}: FormContext, pressedAtMs: number) => command.run({field: () => form.field()}, pressedAtMs),
      })),
  ],
};
