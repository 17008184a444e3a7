import {Text} from 'ink';
import type {ReactNode} from 'react';
import {Field} from '../components/field/field.tsx';
import {fieldCommands} from '../components/field/field-keys.ts';
import type {FieldStore} from '../components/field/field-store.ts';
import {ranks, useKeymap} from '../components/keys/keyboard.tsx';
import type {Keymap} from '../components/keys/keymap.ts';

type FilterContext = {readonly field: () => FieldStore; readonly onLeave: () => void};

export const filterKeymap: Keymap<FilterContext> = {
  title: 'Filter',
  commands: [
    {
      id: 'filter.keep',
      keys: ['enter', 'down'],
      label: 'keep',
      help: 'Keep the filter and go to the list',
      run: ({onLeave}) => onLeave(),
    },
    {
      id: 'filter.clear',
      keys: ['esc', 'ctrl+c'],
      label: 'clear',
      help: 'Clear the filter',
      run: ({field, onLeave}) => {
        field().set('');
        onLeave();
      },
    },
    ...fieldCommands,
  ],
};

type FilterLineProps = {
  readonly field: FieldStore;
  readonly columns: number;
  readonly onLeave: () => void;
};

/** The filter while it is typed; the list follows each letter. */
export function FilterLine({field, columns, onLeave}: FilterLineProps): ReactNode {
  useKeymap(
    filterKeymap,
    {field: () => field, onLeave},
    {rank: ranks.dialog, modal: true, onText: text => field.type(text)},
  );
  return (
    <Text wrap="truncate">
      {' '}
      <Text bold>/</Text> <Field field={field} width={columns - 6} />
    </Text>
  );
}
