import {createStore, type StoreApi} from 'zustand/vanilla';
import {TableStore} from '../../components/table/table-store.ts';
import type {Finding} from '../../src/health/finding.ts';
import type {Unit} from '../../src/units/unit.ts';
import {componentColumns, findingColumns} from './columns.ts';
import type {ComponentRow} from './rows.ts';

export type HealthView =
  | {readonly at: 'list'}
  | {readonly at: 'finding'; readonly finding: Finding}
  | {readonly at: 'journal'; readonly unit: Unit};

/** What the Health screen shows and where its cursors are. */
export type HealthStore = {
  readonly components: TableStore<ComponentRow>;
  readonly findings: TableStore<Finding>;
  /** Which of the two listens to the keyboard. */
  readonly side: StoreApi<'components' | 'findings'>;
  readonly view: StoreApi<HealthView>;
  /** The first line of the finding that is shown, and how far that may go. */
  readonly scroll: StoreApi<number>;
  readonly lastLine: StoreApi<number>;
  /** Passwords that everybody knows are to be tried, as long as this screen is open. */
  readonly tryDefaultPasswords: StoreApi<boolean>;
};

export function createHealthStore(): HealthStore {
  return {
    components: new TableStore<ComponentRow>({rowId: row => row.id, columns: componentColumns(true), home: true}),
    findings: new TableStore<Finding>({
      rowId: ({check, about}) => `${check}\n${about}`,
      columns: findingColumns('FINDINGS'),
      home: true,
    }),
    side: createStore<'components' | 'findings'>(() => 'components'),
    view: createStore<HealthView>(() => ({at: 'list'})),
    scroll: createStore<number>(() => 0),
    lastLine: createStore<number>(() => 0),
    tryDefaultPasswords: createStore<boolean>(() => false),
  };
}

/** The unit that a key acts on: the one under the cursor, or the one that cures the finding. */
export function chosenUnit(store: HealthStore): Unit | undefined {
  const view = store.view.getState();
  const finding =
    view.at === 'finding' ? view.finding : store.side.getState() === 'findings' ? store.findings.row() : undefined;
  if (view.at === 'journal') return view.unit;
  if (finding === undefined) return store.components.row()?.unit;
  const about = finding.cure ?? finding.unit;
  if (about === undefined) return undefined;
  return store.components.state.getState().rows.find(({unit}) => unit?.host === about.host && unit.name === about.unit)
    ?.unit;
}

/** Why no key can act on a unit now. */
export function noUnit(store: HealthStore): string {
  if (store.side.getState() === 'findings' || store.view.getState().at === 'finding') {
    return 'This finding is not cured by a unit: Enter says what to do';
  }
  const row = store.components.row();
  if (row === undefined) return 'No component is listed';
  if (row.loose !== undefined) return row.loose.why;
  if (row.component === 'database') return 'windsock does not restart the database';
  return row.host === '–' ? `No unit of the ${row.component} was found on the hosts` : `${row.host} cannot be asked`;
}
