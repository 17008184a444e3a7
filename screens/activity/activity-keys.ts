import type {Keymap} from '../../components/keys/keymap.ts';
import {moveCommands, sortCommands, type TableContext} from '../../components/table/table-keys.ts';
import type {Entry} from '../../src/activity/entry.ts';
import type {Console} from '../../src/console.ts';
import {filterCommand} from '../filter-command.ts';
import type {Copy} from '../use-copy.ts';
import type {ActivityStore} from './activity-store.ts';

export type CopyContext = {readonly console: Console; readonly copy: Copy; readonly entry: () => Entry | undefined};
export type ActivityContext = TableContext & CopyContext & {readonly store: ActivityStore};

/** `y`, in the list and on one entry. */
export const copyCommand = (id: string) => ({
  id,
  keys: ['y'] as const,
  label: 'copy',
  help: 'Copy it as a line for a shell: curl, ssh, or the command itself',
  unavailable: ({console, entry}: CopyContext) => {
    const chosen = entry();
    if (chosen === undefined) return 'Nothing is listed';
    const copied = console.activity.copy(chosen);
    return 'none' in copied ? copied.none : undefined;
  },
  run: ({console, copy, entry}: CopyContext) => {
    const chosen = entry();
    const copied = chosen === undefined ? undefined : console.activity.copy(chosen);
    if (copied !== undefined && 'line' in copied) copy(copied.line, copied.remark);
  },
});

export const activityKeymap: Keymap<ActivityContext> = {
  title: 'Activity',
  commands: [
    {
      id: 'activity.open',
      keys: ['enter'],
      label: 'open',
      help: 'All of it: what was asked or run, and how it ended',
      unavailable: ({store}) => (store.table.row() === undefined ? 'Nothing is listed' : undefined),
      run: ({store}) => {
        const row = store.table.row();
        if (row !== undefined) store.dialog.setState({at: 'entry', row}, true);
      },
    },
    copyCommand('activity.copy'),
    filterCommand('activity.filter'),
    {
      id: 'activity.changes',
      keys: ['c'],
      label: 'changes',
      help: 'Only what changed something or was looked at on purpose, or everything again',
      run: ({store}) => store.look.setState(look => ({...look, changesOnly: !look.changesOnly})),
    },
    {
      id: 'activity.repeats',
      keys: ['r'],
      label: 'repeats',
      help: 'Each time that the same was asked in a line of its own, or all in one again',
      run: ({store}) => store.look.setState(look => ({...look, repeats: !look.repeats})),
    },
    {
      id: 'activity.back',
      keys: ['esc', 'q'],
      label: 'back',
      help: 'Clear the filter',
      unavailable: ({table}) => (table.state.getState().filter.text === '' ? 'There is nothing to leave' : undefined),
      run: ({table}) => table.setFilter(''),
    },
    ...moveCommands,
    ...sortCommands,
  ],
};
