import type {Command} from '../keys/keymap.ts';
import type {FieldStore} from './field-store.ts';

type FieldContext = {readonly field: () => FieldStore};

/** The keys that every field knows. */
export const fieldCommands: readonly Command<FieldContext>[] = [
  {
    id: 'field.left',
    keys: ['left'],
    label: 'left',
    help: 'A character to the left',
    quiet: true,
    run: ({field}) => field().move(-1),
  },
  {
    id: 'field.right',
    keys: ['right'],
    label: 'right',
    help: 'A character to the right',
    quiet: true,
    run: ({field}) => field().move(1),
  },
  {
    id: 'field.home',
    keys: ['home', 'ctrl+a'],
    label: 'start',
    help: 'To the start of the line',
    quiet: true,
    run: ({field}) => field().moveTo(0),
  },
  {
    id: 'field.end',
    keys: ['end', 'ctrl+e'],
    label: 'end',
    help: 'To the end of the line',
    quiet: true,
    run: ({field}) => field().moveTo(Number.POSITIVE_INFINITY),
  },
  {
    id: 'field.backspace',
    keys: ['backspace', 'ctrl+h'],
    label: 'delete',
    help: 'Takes away the character before the caret',
    quiet: true,
    run: ({field}) => field().backspace(),
  },
  {
    id: 'field.delete',
    keys: ['delete', 'ctrl+d'],
    label: 'delete',
    help: 'Takes away the character at the caret',
    quiet: true,
    run: ({field}) => field().delete(),
  },
  {
    id: 'field.clear',
    keys: ['ctrl+u'],
    label: 'clear',
    help: 'Takes away all before the caret',
    quiet: true,
    run: ({field}) => field().clearBefore(),
  },
  {
    id: 'field.word',
    keys: ['ctrl+w'],
    label: 'word',
    help: 'Takes away the word before the caret',
    quiet: true,
    run: ({field}) => field().clearWord(),
  },
];
