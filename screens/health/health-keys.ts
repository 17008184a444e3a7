import type {Command, Keymap} from '../../components/keys/keymap.ts';
import type {TableContext} from '../../components/table/table-keys.ts';
import {moveCommands} from '../../components/table/table-keys.ts';
import type {Console} from '../../src/console.ts';
import type {Finding} from '../../src/health/finding.ts';
import type {Operation} from '../../src/operations/operation.ts';
import type {Unit} from '../../src/units/unit.ts';
import type {AppStore} from '../app-store.ts';
import {chosenUnit, type HealthStore, noUnit} from './health-store.ts';

export type HealthContext = TableContext & {
  readonly app: AppStore;
  readonly console: Console;
  readonly store: HealthStore;
};

const unitCommand = (
  id: string,
  key: string,
  label: string,
  help: string,
  operation: (console: Console, unit: Unit) => Operation,
): Command<HealthContext> => ({
  id,
  keys: [key],
  label,
  help,
  proposes: true,
  unavailable: ({console, store}) =>
    console.runner.busy() ?? (chosenUnit(store) === undefined ? noUnit(store) : undefined),
  run: ({console, store}) => {
    const unit = chosenUnit(store);
    if (unit !== undefined) void console.runner.propose(operation(console, unit));
  },
});

/** The finding under the cursor that is so, or the worst where the components have the keyboard. */
function findingThat({store}: HealthContext, isSo: (finding: Finding) => boolean): Finding | undefined {
  const view = store.view.getState();
  if (view.at === 'finding') return isSo(view.finding) ? view.finding : undefined;
  if (store.side.getState() === 'components') return store.findings.state.getState().rows.find(isSo);
  const finding = store.findings.row();
  return finding !== undefined && isSo(finding) ? finding : undefined;
}

/** A clean-up of logs cures it. */
const fullFinding = (context: HealthContext): Finding | undefined =>
  findingThat(context, ({fullOfLogs, cutOff}) => fullOfLogs !== undefined || cutOff !== undefined);

const cutOffFinding = (context: HealthContext): Finding | undefined =>
  findingThat(context, ({cutOff}) => cutOff !== undefined);

const isList = ({store}: HealthContext) => store.view.getState().at === 'list';

export const healthKeymap: Keymap<HealthContext> = {
  title: 'Health',
  commands: [
    unitCommand('health.restart', 'R', 'restart', 'Restart the unit', (console, unit) =>
      console.operations.restart([unit]),
    ),
    unitCommand('health.stop', 'S', 'stop', 'Stop the unit', (console, unit) => console.operations.stop([unit])),
    unitCommand('health.start', 'U', 'start', 'Start the unit', (console, unit) => console.operations.start([unit])),
    {
      id: 'health.journal',
      keys: ['l'],
      label: 'journal',
      help: 'Show the journal of the unit, and follow it',
      unavailable: context =>
        context.store.view.getState().at === 'journal'
          ? 'It is shown'
          : chosenUnit(context.store) === undefined
            ? noUnit(context.store)
            : undefined,
      run: ({store}) => {
        const unit = chosenUnit(store);
        if (unit !== undefined) store.view.setState({at: 'journal', unit}, true);
      },
    },
    {
      id: 'health.clean-up',
      keys: ['C'],
      label: 'clean up',
      help: 'Where a volume with logs is full, or a clean-up was cut off: what may go, on the screen Logs',
      proposes: true,
      quiet: true,
      unavailable: context =>
        context.console.runner.busy() ??
        (fullFinding(context) === undefined
          ? 'No volume with logs is full here, and no clean-up was cut off; C on screen 4 cleans up'
          : undefined),
      run: context => {
        const {fullOfLogs, cutOff} = fullFinding(context) ?? {};
        const logs = fullOfLogs ?? cutOff;
        if (logs === undefined) return;
        context.store.view.setState({at: 'list'}, true);
        context.app.screen.setState('logs', true);
        context.app.cleanUp.setState({host: logs.host, folder: logs.folder, isFull: fullOfLogs !== undefined}, true);
      },
    },
    {
      id: 'health.dismiss',
      keys: ['d'],
      label: 'dismiss',
      help: 'Of a clean-up that was cut off: be told of it no more',
      quiet: true,
      unavailable: context =>
        cutOffFinding(context) === undefined ? 'Only a clean-up that was cut off can be dismissed' : undefined,
      run: context => {
        const id = cutOffFinding(context)?.cutOff?.id;
        if (id === undefined) return;
        context.store.view.setState({at: 'list'}, true);
        void context.console.dismiss(id);
      },
    },
    {
      id: 'health.side',
      keys: ['tab', 'shift+tab'],
      label: 'findings',
      help: 'Between the components and the findings',
      unavailable: context => (isList(context) ? undefined : 'Leave this first'),
      run: ({store}) => store.side.setState(side => (side === 'components' ? 'findings' : 'components'), true),
    },
    {
      id: 'health.open',
      keys: ['enter'],
      label: 'open',
      help: 'Evidence and cure of a finding; the journal of a component',
      unavailable: context => (isList(context) ? undefined : 'Leave this first'),
      run: ({store}) => {
        if (store.side.getState() === 'findings') {
          const finding = store.findings.row();
          store.scroll.setState(0, true);
          if (finding !== undefined) store.view.setState({at: 'finding', finding}, true);
          return;
        }
        const unit = chosenUnit(store);
        if (unit !== undefined) store.view.setState({at: 'journal', unit}, true);
      },
    },
    {
      id: 'health.try-default-passwords',
      keys: ['t'],
      label: 'try default passwords',
      help: 'Log in as admin/admin and airflow/airflow, to see that they are refused; Airflow logs it',
      quiet: true,
      unavailable: context =>
        !isList(context) ? 'Leave this first' : context.console.hasApi ? undefined : 'The profile names no API',
      run: ({console, store}) => {
        if (store.tryDefaultPasswords.getState()) void console.live.touch(['login-trial']);
        store.tryDefaultPasswords.setState(true, true);
      },
    },
    ...moveCommands,
  ],
};

/** Leaves the finding. */
export const healthBackKeymap: Keymap<{readonly store: HealthStore}> = {
  title: 'Health',
  commands: [
    {
      id: 'health.back',
      keys: ['esc', 'q'],
      label: 'back',
      help: 'Back to the components and findings',
      run: ({store}) => store.view.setState({at: 'list'}, true),
    },
  ],
};
