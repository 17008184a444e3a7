import {FieldStore} from '../components/field/field-store.ts';
import type {Command} from '../components/keys/keymap.ts';
import type {TableContext} from '../components/table/table-keys.ts';

/** The dialog in which a filter is typed. */
export type FilterDialog = {readonly at: 'filter'; readonly field: FieldStore};

type FilterContext = TableContext & {
  readonly store: {readonly dialog: {setState(dialog: FilterDialog, replace: true): void}};
};

/** `/`, the same on every screen with a list. */
export const filterCommand = (id: string): Command<FilterContext> => ({
  id,
  keys: ['/'],
  label: 'filter',
  help: 'Show only what holds a text, a /regex/, or does not hold it: !text',
  run: ({store, table}) => {
    const field = new FieldStore(table.state.getState().filter.text, text => table.setFilter(text));
    store.dialog.setState({at: 'filter', field}, true);
  },
});
